"""The way out: which proxy the environment names for a host, and what of it cannot be used."""

import ssl

import pytest

from workbench.asking.wire import ways
from workbench.asking.wire.ways import Ways


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    ways._goes_direct.cache_clear()
    yield
    ways._goes_direct.cache_clear()


@pytest.mark.parametrize(
    ("environment", "scheme", "host", "proxy"),
    [
        ({}, "https", "api.example.com", None),
        ({"https_proxy": "http://gate:3128"}, "https", "api.example.com", "http://gate:3128"),
        ({"https_proxy": "http://gate:3128"}, "http", "api.example.com", None),
        ({"https_proxy": "gate:3128"}, "https", "api.example.com", "http://gate:3128"),  # as curl reads it
        ({"all_proxy": "http://gate:1"}, "http", "api.example.com", "http://gate:1"),
        ({"all_proxy": "http://gate:1", "http_proxy": "http://other:2"}, "http", "example.com", "http://other:2"),
        ({"https_proxy": "http://gate:1", "no_proxy": "example.com"}, "https", "api.example.com", None),
        ({"https_proxy": "http://gate:1", "no_proxy": "ample.com"}, "https", "example.com", "http://gate:1"),
        ({"https_proxy": "http://gate:1", "no_proxy": "*"}, "https", "example.com", None),
        ({"http_proxy": "http://gate:1"}, "http", "localhost", None),
        ({"http_proxy": "http://gate:1"}, "http", "127.0.0.9", None),
    ],
)
def test_the_proxy_of_a_host_is_what_the_environment_says(monkeypatch, environment, scheme, host, proxy):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Ways().proxy(scheme, host) == proxy


@pytest.mark.parametrize("address", ["ftp://gate:1", "http://", "http://gate:port", "http://gate:99999"])
def test_what_is_no_proxy_is_refused_before_anything_is_sent(monkeypatch, address):
    monkeypatch.setenv("https_proxy", address)
    with pytest.raises(ValueError, match="no address that can be used"):
        Ways()


def test_a_socks_proxy_is_refused_where_it_would_be_used_and_not_before(monkeypatch):
    monkeypatch.setenv("all_proxy", "socks5://gate:1")
    found = Ways()
    assert found.proxy("http", "localhost") is None
    with pytest.raises(ValueError, match="SOCKS"):
        found.proxy("https", "example.com")


def test_a_password_of_a_proxy_is_in_no_message(monkeypatch):
    for address in ("socks5://me:hunter2@gate:1", "http://me:hunter2@gate:port", "http://me:hunter2/@gate:1"):
        monkeypatch.setenv("https_proxy", address)
        with pytest.raises(ValueError, match="proxy") as refused:
            Ways().proxy("https", "example.com")
        assert "hunter2" not in str(refused.value)


def test_certificates_are_checked_and_read_once():
    found = Ways()
    trust = found.trust()
    assert (trust.verify_mode, trust.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert found.trust() is trust


def test_where_python_knows_no_certificates_those_of_the_system_are_taken(monkeypatch, tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("no certificate", encoding="utf-8")
    monkeypatch.setattr(ways, "_BUNDLES", (str(tmp_path / "none.pem"), str(bundle)))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: ssl.DefaultVerifyPaths(None, None, "", "", "", ""))
    with pytest.raises(ssl.SSLError):
        Ways().trust()
