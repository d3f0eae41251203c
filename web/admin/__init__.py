"""Pages of administrators. GET only reads; every change is a POST to `web.api`."""
