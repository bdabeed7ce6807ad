"""The words in which providers and gateways say what went wrong: tables, which `failures` reads."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.base import regular_expressions as re
from workbench.errors import AuthError, BadRequest, CallError, NotFound, QuotaExhausted, RateLimited, ServerBusy

QUOTA_WORDS = (
    "insufficient_quota",
    "exceeded_current_quota",
    "insufficient balance",
    "insufficient_balance",
    "balance is insufficient",
    "not_enough_balance",
    "billing",
    "budget limit",
    "key limit exceeded (",
    "spending limit",
    "spend limit",
    "credit balance",
    "insufficient credit",
    "insufficient_credit",
    "insufficient_user_quota",
    "out of credits",
    "used all available credits",
    "arrearage",
    "allocationquota",
    "余额不足",
)
FLAGGED_WORDS = (
    "flagged",
    "moderation",
    "content_policy",
    "content policy",
    "content_filter",
    "content filter",
    "content management policy",
    "responsibleaipolicy",
    "safety check",
    "safety_check",
    "usage guidelines",
    "usage polic",
    "high risk",
    "content exists risk",
    "data_inspection_failed",
    "datainspectionfailed",
    "inappropriate content",
    "harmful content",
    "prohibited_content",
    "sensitive_words",
    "input sensitive",
    "guardrail",
    "prompt injection",
    "jailbreak",
    "data loss prevention",
    "敏感",
)
"""In the words of a refusal that concerns one prompt, and says nothing of the key or of the next prompt."""

KEY_WORDS = ("api key not valid", "api_key_invalid", "invalid api key", "invalid_api_key", "incorrect api key")
NO_MODEL_WORDS = (
    "model_not_found",
    "model not exist",
    "not a valid model",
    "no such model",
    "unknown model",
    "invalid model name",
    "model_not_available",
    "model_terms_required",
)
KEY_AND_MODEL = re.compile(
    r"model.{0,80}(access|permi|allow|authori|entitle|verif|enable|subscri|terms|unpurchased)"
    r"|(access|permi|allow|authori|entitle|verif|enable|subscri).{0,80}model|无权.{0,20}模型",
    re.DOTALL,
)
MISTAKE_IN_REQUEST = re.compile(
    r"failed to parse (tools|messages|grammar|json|arguments)|\[json\.exception\.|conversation roles must alternate"
    r"|jinja exception|unable to (generate|apply) (parser|template)|failed to (apply|render) (chat )?template"
    r"|(image|audio|video) input is not supported|failed to load (image|audio|video)|unsupported content\[\]\.type"
    r"|json schema (conversion failed|error)|failed to initialize samplers|cannot use custom grammar"
    r"|invalid tool_choice|tools param requires|response_format type must|prefill is incompatible"
    r"|2 or more assistant messages|only one completion choice is allowed"
)
"""What llama.cpp says with a 500 of a request that it cannot read: asking it again changes nothing."""

ONE_MINUTE = re.compile(r"per ?minute|\b[rt]pm\b|\bretryinfo\b", re.IGNORECASE)  # Google says when to ask again

OF_A_KEY = re.compile(
    r"\b(api[ _-]?)?keys?\b|token|credential|authenticat|authoriz|authoris|\bauth\b|permission|account|organi[sz]ation"
    r"|\bproject\b|\bteam\b|workspace|territor|country|region|subscri|\bscopes?\b|signature|\biam\b|login|密钥|令牌|权限"
)
"""In the words of a 403 that is the provider's own, and says what the key or its owner may not do."""

ON_THE_WAY = re.compile(
    r"\bwaf\b|web application firewall|request (?:was |has been |is |could not be )?(?:blocked|rejected|satisfied)"
    r"|\bblocked (?:by|due|because)|been blocked|is blocked|not acceptable!|attention required|access denied"
    r"|support id|incident id|zscaler|imperva|incapsula|akamai|sucuri|wordfence|fortiguard|fortinet|barracuda"
    r"|mod_?security|websense|forcepoint|netskope|blue ?coat|palo alto|cisco umbrella|sophos|security polic"
    r"|威胁|拦截|阻断"
)
"""In the words of a page by which a proxy or a firewall refuses a request that it has read."""

BY_A_FIREWALL = re.compile(
    r"\bwaf\b|web application firewall|request (?:was |has been |is )?blocked|\bblocked by\b|cloudflare_error"
    r"|error 10\d\d:"
)
"""In the words of a refusal that has the shape of the provider's own, and is none."""

BY_WORDS: tuple[tuple[re.Pattern[str], type[CallError]], ...] = (
    (
        re.compile(
            r"rate.?limit|too many requests|ratequota|throttl|quota ?(violation|limit exceeded)|spike ?arrest"
            r"|limit exceeded|请求过于频繁|限流"
        ),
        RateLimited,
    ),
    (
        re.compile(
            r"unauthori[sz]ed|not authenticated|invalid (api ?key|api token|token|credential|authentication|access)"
            r"|(api ?key|access token|token|credential)s?( is| was)? (invalid|expired|missing|incorrect|required)"
            r"|authentication (error|fail|required)|missing authentication token|no api key|not logged in|authfailure"
            r"|invalidaccesstoken|faultstring.{0,9}invalid.{0,9}key|signature.{0,30}(match|expired|invalid)"
        ),
        AuthError,
    ),
    (re.compile(r"no route matched|model.{0,60}(not found|does not exist|not exist)|no such model"), NotFound),
    (
        re.compile(
            r"time[ds]?[ -]?out|gateway timeout|internal server error|service unavailable|temporarily unavailable"
            r"|bad gateway|overloaded|invalid response was received from the upstream|upstream (connect|request|server)"
            r"|no healthy upstream|failure to get a peer|name resolution failed|server is busy|try again later"
            r"|backend (is )?(unavailable|error)|serviceunavailable|internalerror|internal error|unavailable$"
        ),
        ServerBusy,
    ),
)
"""What the words of an error without a code stand for, where a gateway wrote it in place of a reply."""

BY_GRPC: Mapping[int, type[CallError]] = {
    **dict.fromkeys((3, 9, 11), BadRequest),
    **dict.fromkeys((4, 10, 13, 14), ServerBusy),
    5: NotFound,
    7: AuthError,
    8: RateLimited,
    16: AuthError,
}
"""The codes of gRPC, which a gateway writes with `details` beside them."""

GATEWAYS_WORDS: Mapping[tuple[str, ...], type[CallError]] = {
    ("insufficient_user_quota", "pre_consume_token_quota_failed"): QuotaExhausted,
    ("model_not_found", "model_price_error"): NotFound,
    ("sensitive_words_detected", "api_not_implemented"): BadRequest,
}
"""Codes of one-api gateways for what does not pass by waiting."""
