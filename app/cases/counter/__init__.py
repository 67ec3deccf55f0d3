"""Filing on behalf: a clerk at an office's counter serves a client who stands there, with that client's consent.

A visit holds clerk, office and client together; an opening lets the clerk into one request for a quarter of an hour;
a draft of a visit is filed in the client's name. Which agencies an office serves stands in the profile. Not for staff
who work on cases: they see what their roles cover (policy, looking).
"""
