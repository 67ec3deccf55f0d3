"""An OpenID provider's protocol: discovery, keys, authorisation, tokens, userinfo, logout.

Who a person is and how he proves it is the business of the pages that use it (`sandbox.citizens`, `sandbox.staff`).
"""
