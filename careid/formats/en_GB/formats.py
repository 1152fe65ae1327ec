"""How Django's own pages write a time where no template says: as the desk does, `29 November 2026, 14:25`."""

DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
