"""What the desk's pages that take a file ask: which file, and then what to do with it."""

from typing import Final

from django import forms

from careid.people.uploads import Upload

NONE: Final = "none"  # of its people is wanted: the file is given up


class FileForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        help_text="5 MB and 50,000 lines at most.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": "Choose a file",
            "missing": "Choose a file",
            "invalid": "Choose a file",
            "empty": "Choose a file that is not empty",
        },
    )


class WishForm(forms.Form):
    """What to do with a file, by the button that was pressed."""

    wanted = forms.ChoiceField(choices=[*Upload.Wanted.choices, (NONE, "None of them")])
