"""The demo's people, as `make demo` makes them."""

from demo import people

PASSWORD = "lamp otter Tuesday window"  # made up for the tests


def seed(*, admin_password="first password"):
    people.seed(admin_password=admin_password, password=PASSWORD)
