"""Every test that needs PostgreSQL gets a real one: see sqlwright.testing."""

pytest_plugins = ["sqlwright.testing"]
