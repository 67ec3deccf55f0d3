from app.kit.networks import network_of


def test_one_ipv6_subscriber_is_one_address() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("10.0.0.1") == "10.0.0.1"
    assert network_of("unknown") == "unknown"


def test_an_ipv4_address_in_the_clothes_of_the_other_is_itself() -> None:
    assert network_of("::ffff:203.0.113.1") == network_of("203.0.113.1") == "203.0.113.1"
    assert network_of("::ffff:203.0.113.2") != network_of("::ffff:203.0.113.1")
