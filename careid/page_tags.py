"""`{% url %}` and `{% static %}` as Django has them; but where all their words are fixed, they are asked once.

Every page names some fifteen addresses that are the same for the whole life of the process.
"""

from django.template import Library, Node
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as djangos_url
from django.templatetags.static import StaticNode, do_static

register = Library()


@register.tag
def url(parser: Parser, token: Token) -> Node:
    node: URLNode = djangos_url(parser, token)
    return node if node.args or node.kwargs or node.asvar else _once(node, node.view_name)


@register.tag
def static(parser: Parser, token: Token) -> Node:
    node: StaticNode = do_static(parser, token)
    return node if node.varname else _once(node, node.path)


def _once(node: Node, words: FilterExpression) -> Node:
    return node if words.is_var or words.filters else Once(node)


class Once(Node):
    """What another node says without knowing anything of the page."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._said: str | None = None

    def render(self, context: Context) -> str:
        if self._said is None:
            self._said = self._node.render(context)
        return self._said
