"""Parts of a page that say the same to everybody, such as the list of help pages: rendered once a process."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=16)  # as many as templates name
def once(name: str) -> SafeString:
    """What a template says that asks for nothing of the page: `{% once "help_links.html" %}`."""
    return SafeString(get_template(name).render())
