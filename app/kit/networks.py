"""Addresses of the network as limits count them."""

from ipaddress import ip_address, ip_network


def network_of(address: str) -> str:
    """What one subscriber holds: an IPv4 address, or the 64 leading bits of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
