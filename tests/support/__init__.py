"""What tests of every room stand on: servers, an application, a clean database."""
