"""The kinds, for pages and mails that name none: the start page stands on a floor beneath them."""

from collections.abc import Iterable

from django import template
from django.template.loader import get_template
from django.utils.html import format_html_join

from authenticators.kind import Kind
from authenticators.registry import KINDS

register = template.Library()


@register.simple_tag
def kinds() -> Iterable[Kind]:
    return KINDS.values()


@register.simple_tag
def of_kinds(name: str, these: Iterable[Kind] = KINDS.values()) -> str:
    """What the kinds say there, one after the other: `authenticators/<slug>/<name>.html` of each that has one."""
    return format_html_join("", "{}", ((said,) for kind in these if (said := _said(kind, name))))


def _said(kind: Kind, name: str) -> str:
    try:
        return get_template(f"authenticators/{kind.slug}/{name}.html").render()
    except template.TemplateDoesNotExist:
        return ""
