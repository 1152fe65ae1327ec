import pytest
from django.template import engines
from django.urls import NoReverseMatch

from careid import page_tags


def said(words, **context):
    return engines["django"].from_string(words).render(context)


@pytest.fixture
def asked(monkeypatch):
    """How often an address was really looked up."""
    times = []
    for node in (page_tags.URLNode, page_tags.StaticNode):
        real = node.render
        monkeypatch.setattr(node, "render", lambda self, context, real=real: times.append(self) or real(self, context))
    return times


@pytest.mark.parametrize(
    ("words", "address"),
    [("{% url 'details' %}", "/details/"), ("{% url 'totp:app' %}", "/authenticators/totp/app/"), ("{% static 'js/a.js' %}", "/static/js/a.js")],
)  # fmt: skip
def test_an_address_of_fixed_words_is_looked_up_once(words, address, asked):
    template = engines["django"].from_string(words)
    assert {template.render() for _ in range(3)} == {address}
    assert len(asked) == 1


def test_an_address_of_other_words_is_looked_up_each_time():
    key = engines["django"].from_string("{% url 'captcha-image' key %}")
    assert [key.render({"key": one}) for one in "ab"] == ["/captcha/image/a/", "/captcha/image/b/"]
    name = engines["django"].from_string("{% url name %}{% static path %}{% static 'a'|add:path %}")
    assert [name.render({"name": one, "path": one}) for one in ("code", "start")] == [
        "/code//static/code/static/acode",
        "//static/start/static/astart",
    ]


def test_an_address_that_is_kept_under_a_name_still_is():
    assert said("{% url 'code' as here %}{% static 'x' as there %}{{ here }} {{ there }}") == "/code/ /static/x"


def test_an_address_that_is_not_there_is_said_so_each_time():
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            said("{% url 'nowhere' %}")
