"""What every test may ask for."""

pytest_plugins = ["tests.servers.fixtures", "tests.servers.s3_fixtures", "tests.servers.azurite_fixtures"]
