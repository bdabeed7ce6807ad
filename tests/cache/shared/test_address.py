"""Where a team keeps its replies: read with care, and never shown with a secret."""

import pytest

from workbench.base.secrets import secrets_in
from workbench.cache.shared.address import address, addresses
from workbench.errors import InputError


def test_a_password_is_nowhere_but_where_it_is_sent():
    place = address("rediss://ada:pass-word-of-ada@store.example:6390/3?ssl_ca_certs=/etc/ca.pem")
    assert "pass-word-of-ada" not in repr(place) + place.shown + place.url
    assert (place.user, place.password, place.is_encrypted) == ("ada", "pass-word-of-ada", True)
    assert place.url == "rediss://store.example:6390/3?ssl_ca_certs=%2Fetc%2Fca.pem"
    assert secrets_in("it was pass-word-of-ada") == ["a key of this process in line 1"]


def test_a_password_of_its_own_variable_is_used(monkeypatch):
    monkeypatch.setenv("WORKBENCH_STORE_PASSWORD", "kept-apart")
    assert address("valkey://store.example").password == "kept-apart"
    assert address("s3://bucket/replies").password is None


def test_the_password_of_the_environment_is_told_to_no_other_server_than_the_teams(monkeypatch):
    monkeypatch.setenv("WORKBENCH_STORE_PASSWORD", "kept-apart")
    monkeypatch.setenv("WORKBENCH_STORE", "redis://store.example s3://lab/replies")
    assert address("redis://store.example:6379/1").password == "kept-apart"
    assert address("redis://other-lab.example").password is None
    assert address("redis://store.example:6380").password is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("http://store.example", "begins with 'http://'"),
        ("/srv/replies", "does not say what kind it is.*file:///srv/replies"),
        ("redis://host/abc", "the number of a database"),
        ("redis://host?retry_on_timeout=1", "'retry_on_timeout' is nothing that an address may say; it may say ttl"),
        ("redis://:abcdefgh/9@host", "is not shown, as it may hold a password.*WORKBENCH_STORE_PASSWORD"),
        ("s3://AKIA0:abcdefgh@bucket/replies", "^s3://bucket/replies: no key belongs in the address"),
        ("s3://", "names no bucket"),
        ("redis://", "names no host"),
        ("redis://host:notaport", "is no URL"),
        ("rediss://host?ssl_cert_reqs=none", "without knowing who it is"),
        ("rediss://host?ssl_check_hostname=false", "without knowing who it is"),
        ("redis://host?password=abcdefgh", "credentials go into the environment"),
        ("redis://host?ttl=5", "whole seconds of at least 60"),
        ("redis://host?ttl=-1", "whole seconds"),
        ("redis://host?ttl=٣٣٣", "whole seconds"),
        ("s3://bucket?ttl=86400", "keeps for ever"),
        ("redis://host?prefix=a*b", "letters, digits"),
        ("s3://bucket?secret_access_key=abcdefgh", "does not belong"),
    ],
)
def test_what_cannot_be_used_is_refused_without_its_secrets(text, what):
    with pytest.raises(InputError, match=what) as refused:
        address(text)
    assert "abcdefgh" not in str(refused.value)


def test_one_server_and_one_bucket_are_the_most():
    names = [place.shown for place in addresses("file:///srv/replies redis://host")]
    assert names == ["redis://host", "file:///srv/replies"]
    assert addresses("") == ()
    for too_many in ("redis://a redis://b", "s3://a s3://b", "redis://a s3://b gs://c"):
        with pytest.raises(InputError, match="give one server"):
            addresses(too_many)
