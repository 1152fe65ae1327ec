import pytest
from django import forms

from careid.pages import forms as pages
from careid.pages.forms import PageForm


class Likes(PageForm):
    hints = {"tea": "with milk"}
    name = forms.CharField(label="Name", required=False)
    drink = forms.ChoiceField(label="Drink", widget=forms.RadioSelect, choices=[("tea", "Tea")])
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, drinks=("tea",), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["drink"].choices = [(one, one.title()) for one in drinks]


class Drawn(PageForm):
    never_the_same = frozenset({"picture"})
    picture = forms.CharField(label="Picture", required=False)

    def __init__(self, number):
        super().__init__()
        self.fields["picture"].widget.attrs["data-number"] = number


@pytest.fixture
def rendered(monkeypatch):
    """The fields that were rendered by their templates, none of them before."""
    monkeypatch.setattr(pages, "_BLANK", {})
    names = []
    real = forms.BoundField.as_widget
    monkeypatch.setattr(forms.BoundField, "as_widget", lambda self: names.append(self.name) or real(self))
    return names


def test_a_blank_form_looks_the_same_each_time_and_is_rendered_once(rendered):
    first = str(Likes(drinks=("tea", "coffee")))
    before = len(rendered)
    assert before
    assert str(Likes(drinks=("tea", "coffee"))) == first
    assert len(rendered) == before
    assert first.index('name="seen"') < first.index('name="name"') < first.index('value="tea"')


def test_what_one_visitor_typed_is_on_no_other_page():
    assert "Ama" in str(Likes({"name": "Ama"}))
    assert "Ama" in str(Likes(initial={"name": "Ama", "drink": "tea"}))
    again = str(Likes())
    assert "Ama" not in again
    assert "checked" not in again


def test_an_error_is_on_no_other_page():
    wrong = Likes({"drink": "rum"})
    assert not wrong.is_valid()
    assert "nhsuk-error-message" in str(wrong)
    assert "nhsuk-error-message" not in str(Likes())


def test_other_choices_and_other_hints_are_other_words():
    assert 'value="milk"' not in str(Likes())
    assert 'value="milk"' in str(Likes(drinks=("tea", "milk")))
    changed = Likes()
    assert "with milk" in str(changed)
    changed.hints = {"tea": "with lemon"}
    assert "with lemon" in str(changed)


def test_a_field_that_is_never_the_same_is_rendered_each_time():
    assert ['data-number="1"' in str(Drawn(1)), 'data-number="2"' in str(Drawn(2))] == [True, True]


def test_what_stands_in_a_field_is_escaped():
    assert "&lt;script&gt;" in str(Likes({"name": "<script>"}))
    assert "<script>" not in f"{Likes({'name': '<script>'})}"
