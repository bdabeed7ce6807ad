"""What a proxy or a firewall refuses is told as that, with its page's title, and stops nobody else's call."""

import pytest
from fakes.server import FakeServer, Response, completion

import workbench as wb
from workbench.asking.wire.failures import status_error
from workbench.asking.wire.pages import is_page, page_words
from workbench.errors import Blocked

pytestmark = pytest.mark.usefixtures("quick")


def page(title, *words):
    shown = "".join(f"<p>{text}</p>" for text in words)
    return (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title><script>var a='<b>';</script></head><body>{shown}</body>"
    )


BLOCKED = {
    "cloudflare": (403, page("Attention Required! | Cloudflare", "Sorry, you have been blocked"), "Attention Required"),
    "cloudflare's challenge": (403, page("Just a moment...", "Enable JavaScript and cookies"), "Just a moment"),
    "cloudflare in JSON": (
        403,
        {"title": "Error 1010: Access denied", "status": 403, "cloudflare_error": True, "detail": "signature banned"},
        "signature banned",
    ),
    "cloudflare in a word": (403, "error code: 1020", "error code: 1020"),
    "akamai": (403, "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>Reference #18.2f", "Access Denied"),
    "cloudfront": (
        403,
        page("ERROR: The request could not be satisfied", "Request blocked."),
        "could not be satisfied",
    ),
    "azure front door": (403, page("", "The request is blocked."), "The request is blocked"),
    "azure application gateway": (
        403,
        page("403 Forbidden", "Microsoft-Azure-Application-Gateway/v2"),
        "403 Forbidden",
    ),
    "aws waf": (403, {"message": "Forbidden"}, "Forbidden"),
    "api gateway's waf in the API's shape": (403, {"error": {"message": "Request blocked by WAF", "code": 403}}, "WAF"),
    "zscaler": (403, page("Internet Security by Zscaler", "Not allowed to upload"), "Zscaler"),
    "f5": (403, page("Request Rejected", "Your support ID is: 1234"), "Request Rejected"),
    "f5 as 404": (404, page("Request Rejected", "The requested URL was rejected. Your support ID is: 7"), "support ID"),
    "modsecurity": (406, page("Not Acceptable!", "An appropriate representation could not be found"), "Not Acceptable"),
    "law": (451, page("Unavailable For Legal Reasons"), "Legal Reasons"),
    "law in a word": (451, "blocked in your location", "blocked in your location"),
    "alibaba's waf": (405, page("405", "很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断"), "阻断"),
    "istio": (403, "RBAC: access denied", "RBAC"),
    "spring": (
        403,
        {"timestamp": "t", "status": 403, "error": "Forbidden", "path": "/v1/chat/completions"},
        "Forbidden",
    ),
    "nothing": (403, "", "no reason given"),
}


@pytest.mark.parametrize("case", BLOCKED.values(), ids=BLOCKED)
def test_what_something_on_the_way_refuses_is_one_cells(case):
    failure = status_error(case[0], {}, case[1])
    assert (type(failure), failure.scope, failure.status) == (Blocked, "cell", case[0])
    assert case[2] in str(failure)
    assert "<" not in str(failure)


STILL = {
    "the provider's own": (403, {"error": {"message": "Forbidden", "type": "forbidden"}}, "AuthError"),
    "a token": (403, {"message": "The security token included in the request is invalid."}, "AuthError"),
    "a permission": (403, {"detail": "You do not have permission to perform this action."}, "AuthError"),
    "a page that asks who one is": (401, page("401 Authorization Required"), "AuthError"),
    "a page of nginx": (405, page("405 Not Allowed", "nginx"), "NotFound"),
    "a page that is not there": (404, page("404 Not Found", "nginx"), "NotFound"),
    "a page of a limit": (429, page("Access denied", "You are being rate limited. Error 1015"), "RateLimited"),
    "a page of an edge": (502, page("Bad gateway", "Cloudflare"), "ServerBusy"),
    "a page of a mistake": (400, page("400 Bad Request", "Request Header Or Cookie Too Large"), "BadRequest"),
    "moderation": (403, {"error": {"message": "prompt injection was detected"}}, "BadRequest"),
}


@pytest.mark.parametrize("case", STILL.values(), ids=STILL)
def test_what_says_what_it_is_keeps_its_class(case):
    assert type(status_error(case[0], {}, case[1])).__name__ == case[2]


def test_a_header_of_an_edge_tells_whose_refusal_it_is():
    busy = page("Just a moment...")
    assert type(status_error(503, {"cf-mitigated": "challenge"}, busy)) is Blocked
    assert type(status_error(503, {}, busy)).__name__ == "ServerBusy"


@pytest.mark.parametrize("text", ["", "Forbidden", "<", "<think>9", '{"a": "<html>"}', "<p>9</p>"])
def test_a_text_with_a_sign_in_it_is_no_page(text):
    assert not is_page(text)


@pytest.mark.parametrize("text", ["<html>" + "<" * 200_000, "<html>" + "<title>" * 60_000, "<html><!--" * 40_000])
def test_an_odd_page_is_read_as_far_as_its_beginning(text):
    assert len(page_words(text)) < 1_000


def firewall(request):
    blocked = Response((page("Attention Required! | Cloudflare").encode(),), status=403, content_type="text/html")
    return blocked if "' OR 1=1" in request.prompt else completion("9")(request)


def test_one_prompt_that_looks_like_an_attack_stops_no_other():
    with FakeServer(firewall) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        attack = "' OR 1=1"
        asked = [f"{n}? {attack if n % 3 == 2 else 'or'}" for n in range(30)]
        rows = wb.sweep(asked, models="fake/m", concurrency=2)
        assert server.hits == 30
    assert rows["error"].fillna("").tolist() == ["", "", "Blocked"] * 10
    assert rows["error_message"].dropna().str.contains("Attention Required").all()


def test_a_row_of_them_stops_the_provider_and_an_answer_brings_it_back():
    with FakeServer(lambda request: firewall(request)) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = wb.sweep([f"{n} ' OR 1=1" for n in range(200)], models="fake/m", concurrency=4)
        assert server.hits <= 12
        assert set(rows["error"]) == {"Blocked"}
        assert rows["error_message"].str.contains("check base_url").any()
        assert wb.ask("9?", model="fake/m").answer == "9"


@pytest.mark.parametrize(
    ("title", "kind"),
    [("Request Rejected", "Blocked"), ("Welcome to nginx!", "BadResponse"), ("Log in", "BadResponse")],
)
def test_a_page_with_the_status_200_is_told_by_its_title(title, kind):
    with FakeServer(Response((page(title).encode(),), content_type="text/html")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        with pytest.raises(wb.errors.CallError, match=title) as failure:
            wb.ask("9?", model="fake/m")
    assert type(failure.value).__name__ == kind
