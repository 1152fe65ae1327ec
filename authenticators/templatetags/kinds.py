"""The kinds, for pages and mails that name none: a template of a lower floor can't be handed what stands above it."""

from collections.abc import Iterable

from django import template
from django.template.loader import get_template
from django.utils.html import format_html_join

from authenticators.kind import Kind
from authenticators.registry import KINDS

register = template.Library()


@register.simple_tag
def kinds() -> Iterable[Kind]:
    """Every kind that people add, in the order offered: `{% kinds as all %}`."""
    return [kind for kind in KINDS.values() if kind.need]


@register.simple_tag
def of_kinds(name: str, these: Iterable[Kind] = KINDS.values()) -> str:
    """What these kinds say at a place of a page: `authenticators/<slug>/<name>.html`, of each that has one."""
    return format_html_join("", "{}", ((said,) for kind in these if (said := _said(kind, name))))


def _said(kind: Kind, name: str) -> str:
    try:
        fragment = get_template(f"authenticators/{kind.slug}/{name}.html")
    except template.TemplateDoesNotExist:
        return ""
    return fragment.render()
