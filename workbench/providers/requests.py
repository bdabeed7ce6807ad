"""A prompt and its options become one request: its body, what identifies it, and the most it can cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from workbench.base.credentials import (
    credentials_among,
    has_credentials,
    without_body_credentials,
)
from workbench.errors import BadRequest, InputError
from workbench.providers.bodies import body_of, check_asked
from workbench.providers.conversation import Conversation
from workbench.providers.earlier_caps import earlier_caps
from workbench.providers.forms import check_forms
from workbench.providers.known_parameters import MAX_TOKENS_NAMES
from workbench.providers.messages import begun_answer, copied, is_image, messages_of, plain_json, question_of
from workbench.providers.models import Model, Target, listed_models, resolve
from workbench.providers.outright import beyond_the_context, has_context, system_for
from workbench.providers.parameters import (
    check_no_kept_replies,
    merged_options,
    sendable_headers,
    whole_number,
)
from workbench.providers.routes import CLASSIFIER, Cascade, Route

_TOKENS_PER_MESSAGE = 16  # of the chat template around a message, generously
_CHARACTERS_PER_TOKEN = 4.0
_TOKENS_PER_IMAGE_LIKELY = 1_200
_TOKENS_PER_IMAGE_AT_MOST = (
    17_000  # the largest that a host is known to count: 16,384 of Qwen-VL, and what surrounds it
)
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Hidden:
    """The credentials of a request, which are sent, and neither kept nor part of a key: where they stand."""

    headers: frozenset[str] = frozenset()
    query: frozenset[str] = frozenset()
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class CallRequest:
    """One request, whole: `body` is what goes over the wire, but for the stream flags.

    `others` are asked in its place, in order, where it is not answered. `routed_to` is the model that a route chose. Of
    a `cascade` the other one is asked where the replies of this one are not enough. A cap that the table gave may have
    been one of `earlier_caps` before.
    """

    target: Target
    base_url: str  # that identifies the endpoint; the local model's real address changes at each start
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    query: Mapping[str, Any]
    sample: int
    streams: bool
    warnings: tuple[str, ...]
    hidden: Hidden = Hidden()
    others: tuple[CallRequest, ...] = ()
    routed_to: str | None = None
    cascade: Cascade | None = None
    earlier_caps: tuple[int | None, ...] = ()

    def with_messages(self, messages: Sequence[Mapping[str, Any]]) -> CallRequest:
        """The same request with other messages, which were checked."""
        return CallRequest(  # a fifth of the time that `replace` takes
            self.target,
            self.base_url,
            {**self.body, "messages": messages},
            self.headers,
            self.query,
            self.sample,
            self.streams,
            self.warnings,
            self.hidden,
            self.others,
            self.routed_to,
            self.cascade,
            self.earlier_caps,
        )

    def identity(self) -> dict[str, Any]:
        """Everything that can change the reply, as plain JSON: what the cache key is made from, and what is kept."""
        hidden = self.hidden
        body = without_body_credentials(self.body) if hidden.in_body else dict(self.body)
        body.pop("webhook", None)  # where to call back changes no reply
        return {
            "base_url": self.base_url,
            "model_id": self.target.id,
            "dialect": self.target.provider.dialect,
            "body": body,
            "headers": {name: value for name, value in self.headers.items() if name not in hidden.headers},
            "query": {name: value for name, value in self.query.items() if name not in hidden.query},
            "sample": self.sample,
            # Of what only together make a reply, none is it: each is kept under its own key, nothing under this one.
            **({"cascade": [self.target.label, *(one.target.id for one in self.others)]} if self.cascade else {}),
        }

    @property
    def max_tokens(self) -> int | None:
        return cast("int | None", next((self.body[name] for name in MAX_TOKENS_NAMES if name in self.body), None))

    @property
    def output_tokens_at_most(self) -> int | None:
        """The most tokens a reply can have: max_tokens, else the model's own limit; None when neither is known."""
        facts = self.target.facts
        most = self.max_tokens or facts.most_max_tokens or facts.context_tokens
        copies = self.body.get("n", 1)
        return most * copies if isinstance(most, int) and isinstance(copies, int) else None

    @property
    def prompt_tokens_at_most(self) -> int:
        """A bound that no tokenizer exceeds: one token a byte, what the template adds, the most of each image."""
        messages = self.body["messages"]
        around = _TOKENS_PER_MESSAGE * (len(messages) + 1)
        if isinstance(messages, Conversation) and messages.is_plain:
            beside = json.dumps([self.body.get("tools") or [], self.body.get("response_format") or {}])
            return messages.size + len(beside) + around
        text, images = self._prompt_text()
        return len(text.encode("utf-8", "surrogatepass")) + around + images * _TOKENS_PER_IMAGE_AT_MOST

    @property
    def prompt_tokens_likely(self) -> int:
        text, images = self._prompt_text()
        around = _TOKENS_PER_MESSAGE // 2 * len(self.body["messages"])
        return round(len(text) / _CHARACTERS_PER_TOKEN) + around + images * _TOKENS_PER_IMAGE_LIKELY

    def _prompt_text(self) -> tuple[str, int]:
        """All texts of the prompt, and how many images stand between them: hosts count these by their area."""
        parts = [self.body["messages"], self.body.get("tools") or [], self.body.get("response_format") or {}]
        texts = [message.get("content") for message in self.body["messages"]]
        thoughts = [text for message in self.body["messages"] if (text := message.get("reasoning_content"))]
        if all(isinstance(text, str) for text in (*texts, *thoughts)) and not parts[1] and not parts[2]:
            return "".join([*texts, *thoughts]), 0
        images = [part for text in texts if isinstance(text, list) for part in text if is_image(part)]
        if images:
            parts[0] = [
                {
                    **message,
                    "content": [part for part in text if not is_image(part)] if isinstance(text, list) else text,
                }
                for message, text in zip(self.body["messages"], texts, strict=True)
            ]
        return json.dumps(parts, ensure_ascii=False), len(images)


@dataclass(frozen=True, slots=True)
class RequestForm:
    """A request but for its prompt and its sample number: what many requests share, checked once."""

    target: Target
    base_url: str
    system: str | None
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    query: Mapping[str, Any]
    streams: bool
    warnings: tuple[str, ...]
    hidden: Hidden = Hidden()
    others: tuple[RequestForm, ...] = ()
    routes: Mapping[str, RequestForm] | None = None
    earlier_caps: tuple[int | None, ...] = ()

    def fill(
        self, prompt: str | Sequence[Mapping[str, Any]], *, sample: int = 0, task: Any = None, kind: str | None = None
    ) -> CallRequest:
        """The request for a prompt; raises `InputError` for one that cannot be sent.

        `task` is what a cascade reads its answers by, `kind` what a route may go by.
        """
        if self.target.route is not None and self.routes is not None:
            return self._routed(self.target.route, self.routes, prompt, sample=sample, task=task, kind=kind)
        request = CallRequest(
            target=self.target,
            base_url=self.base_url,
            body={"model": self.body["model"], "messages": self.messages(prompt), **self.body},
            headers=self.headers,
            query=self.query,
            sample=whole_number(sample, "sample", least=0),
            streams=self.streams,
            warnings=self.warnings,
            hidden=self.hidden,
            others=tuple(other.fill(prompt, sample=sample) for other in self.others),
            earlier_caps=self.earlier_caps,
        )
        if not has_context(self.target, self.body):
            return request
        beyond = beyond_the_context(self.target, self.body, request.prompt_tokens_likely)
        return replace(request, warnings=(*request.warnings, *beyond))

    def _routed(
        self, route: Route, forms: Mapping[str, RequestForm], prompt: Any, *, sample: int, task: Any, kind: str | None
    ) -> CallRequest:
        if route.classifier is not None:
            first = forms[CLASSIFIER].fill(route.classifier.asks(question_of(prompt)), sample=sample)
            others = tuple(forms[name].fill(prompt, sample=sample) for name in route.models)
        else:
            chosen = route.chosen(question_of(prompt), kind)
            first = forms[chosen].fill(prompt, sample=sample)
            if route.cascade is None:
                return replace(first, target=replace(first.target, label=self.target.label), routed_to=chosen)
            others = (forms[route.models[1]].fill(prompt, sample=sample),)
        whole = replace(first.target, label=self.target.label)
        cascade = None if route.cascade is None else replace(route.cascade, task=task)
        return replace(first, target=whole, others=others, cascade=cascade)

    @property
    def differs_by_prompt(self) -> bool:
        """Whether a prompt decides more than the messages: who is asked, who is asked next, what is warned of."""
        return self.target.route is not None or bool(self.others) or has_context(self.target, self.body)

    def messages(self, prompt: str | Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The messages of a prompt as they are sent; raises `InputError` for what cannot be."""
        found = copied(messages_of(prompt, system_for(self.target.provider, prompt, self.system)))
        facts = self.target.facts
        if "prefill" in facts.refused and "refused" not in facts.doubtful and begun_answer(found):
            raise BadRequest(
                f"{self.target.id!r} refuses an answer that begins with your words: let the last message be the "
                "user's (nothing was sent)"
            )
        return found


def build_request(
    prompt: str | Sequence[Mapping[str, Any]],
    *,
    target: Target,
    sample: int = 0,
    params: Mapping[str, Any] | None = None,
    **options: Any,
) -> CallRequest:
    """Build the request of one call; takes the options of `request_form`, and raises what that raises."""
    return request_form(target, **merged_options(options, params)).fill(prompt, sample=sample)


def request_form(
    target: Target,
    /,
    *,
    system: str | None = None,
    max_tokens: int | None = None,
    temperature: float | None = None,
    tools: Sequence[Mapping[str, Any]] | None = None,
    extra_body: Mapping[str, Any] | None = None,
    extra_headers: Mapping[str, str] | None = None,
    extra_query: Mapping[str, Any] | None = None,
    stream: bool | None = None,
    fallback: str | Model | Iterable[str | Model] | None = None,
    **params: Any,
) -> RequestForm:
    """Check what a request says beside its prompt.

    Options that are None are left out. A `Model`'s pinned parameters come first, then the call's own, then
    `extra_body`, which goes over the wire as it is. `effort` and a true or false `thinking` go out as the provider's
    own parameters. Without `max_tokens` the model's default is sent, where known. The models of `fallback` get a form
    each, with the same options.

    Raises `InputError` for an option that cannot be sent, `BadRequest` for one that the model is known to refuse.
    """
    given = {
        **params,
        "system": system,
        "max_tokens": max_tokens,
        "temperature": temperature,
        "tools": tools,
        "extra_body": extra_body,
        "extra_headers": extra_headers,
        "extra_query": extra_query,
        "stream": stream,
    }
    check_forms(given, of_the_model=target.params)
    others = _others(target, fallback, given)
    asked = {"temperature": temperature, "tools": tools, **params}
    routes = None
    if target.route is not None:
        routes = _of_its_models(target, target.route, {**given, "fallback": fallback or target.fallback})
    check_asked(asked)
    body = body_of(target, asked, max_tokens, extra_body or {})
    headers = sendable_headers(extra_headers)
    query = plain_json(dict(extra_query), "extra_query") if extra_query else _NOTHING
    check_no_kept_replies(extra_headers or {}, body.extra)
    return RequestForm(
        target=target,
        base_url=_base_url(target),
        system=system,
        body=body.sent,
        headers=headers,
        query=query,
        streams=target.provider.streams if stream is None else stream,
        warnings=body.warnings,
        hidden=Hidden(credentials_among(headers), credentials_among(query), has_credentials(body.sent)),
        others=others,
        routes=routes,
        earlier_caps=earlier_caps(target, max_tokens, asked, body.extra),
    )


def _of_its_models(target: Target, route: Route, options: dict[str, Any]) -> dict[str, RequestForm]:
    """A form for each model that a route may choose; what is pinned to the route goes before what is to the model."""
    forms = {}
    for name in route.models:
        model = route.asked.get(name, name)
        own = model.params if isinstance(model, Model) else {}
        pinned = Model(model.id if isinstance(model, Model) else model, name, **{**own, **target.params})
        forms[name] = request_form(resolve(pinned), **options)
    if route.classifier is not None:  # its own question, in the way in which it was measured
        forms[CLASSIFIER] = request_form(resolve(route.classifier.model), stream=options["stream"])
    return forms


def _others(target: Target, fallback: Any, options: dict[str, Any]) -> tuple[RequestForm, ...]:
    """A form for each model that may be asked in a target's place."""
    given = listed_models(fallback)
    if given and target.fallback and given != target.fallback:
        raise InputError(f"fallback={list(given)!r} is asked of {target.label!r}, which has {list(target.fallback)!r}")
    targets = [resolve(model) for model in given or target.fallback]
    labels = [target.label, *(other.label for other in targets)]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise InputError(f"the model {twice!r} stands twice among a model and its fallbacks; name it once")
    return tuple(request_form(other, **options) for other in targets)


def _base_url(target: Target) -> str:
    if target.provider.id == "local":
        from workbench.providers.local.files import served
        from workbench.providers.local.server import identity

        return identity(served(target.name, target.facts))
    return target.provider.base_url.rstrip("/")
