"""An account is added on the provider's site: `conftest.link` goes there and back."""
