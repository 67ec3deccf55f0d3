"""Addresses of the network as limits count them."""

from ipaddress import ip_address, ip_network


def network_of(address: str) -> str:
    """What one subscriber holds: an IPv4 address, or the 64 leading bits of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    # A server that listens to both at once says the one in the other's clothes.
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
