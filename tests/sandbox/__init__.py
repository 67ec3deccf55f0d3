"""The outside world, tried from outside: real HTTP and SMTP to a process started for the purpose."""
