from scripts.check_locks import ADDRESS, problems


def test_locks_name_no_address_and_every_package_has_a_hash():
    assert problems() == []


def test_an_address_in_a_lock_is_noticed():
    assert ADDRESS.search("django==6.1.3 \\\n    # from https://files.example.org/django.whl")
    assert ADDRESS.search("--index-url https://example.org/simple")
    assert ADDRESS.search("omit=dev\nregistry=//example.org")
    assert not ADDRESS.search("omit-lockfile-registry-resolved=true")
