"""The doors of the portal, one package each. A package offers `blueprint`; the application finds it."""
