"""Contracts: what every adapter of a port must do, as classes of tests.

Rule: one test states one law and is named for it; a capability that an adapter does not declare turns the law into the
documented weaker treatment, never into a skip.

An adapter author subclasses a contract in a test module, names the capabilities and supplies one fixture:

    class TestMyStore(StoreContract):
        capabilities = Capabilities(conditional_write=False)

        @pytest.fixture
        def store(self, clock: MovedClock) -> MyStore:
            return MyStore(clock=clock.wall)
"""
