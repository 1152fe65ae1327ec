"""How often somebody may ask to be invited, be mailed a link, and guess the code of an invitation."""

from typing import Final

from careid.limits.limits import DAY, HOUR, Limit

CODE_WRONG: Final = Limit("apply_code_wrong", 25, DAY)  # of an address, over all that invite it and all their links
LINKS: Final = Limit("apply_links", 10, DAY)  # mailed to an address by those of one organisation
ASKS_ADDRESS: Final = Limit("apply_asks_address", 10, HOUR, shared=True)
ASKS_NAME: Final = Limit("apply_asks_name", 1, DAY, silent=True)  # of a name in an organisation
ASKS_ORGANISATION: Final = Limit("apply_asks_organisation", 20, DAY, silent=True)  # emails to one authority
ALL: Final = (CODE_WRONG, LINKS, ASKS_ADDRESS, ASKS_NAME, ASKS_ORGANISATION)
