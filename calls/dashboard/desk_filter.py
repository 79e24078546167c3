"""What every list's filters have in common: how a field looks, and what is said of the fields in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from calls.dashboard.paging import Way

Option = tuple[str, Q | Callable[[], Q]]
"""What the reader sees, and what it means."""


class DeskFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    @property
    def found(self) -> QuerySet[Any]:
        """Nothing where a field is not understood: rows that ignore it would look like an answer."""
        rows: QuerySet[Any] = self.qs
        return rows if not self.form.errors else rows.none()

    @property
    def ways(self) -> list[Way[Any]]:
        """One for each thing that the words can mean; none where there are no words."""
        words = self.form.cleaned_data.get("q") if self.form.is_valid() else ""
        return [_way(one) if isinstance(one, Q) else one for one in self.meanings(words)] if words else []

    def meanings(self, words: str) -> Sequence[Q | Way[Any]]:
        return []

    @property
    def narrowed(self) -> int:
        """How many fields besides the search are in use."""
        return sum(bool(self.form.data.get(name)) for name in self.form.fields if name != "q")

    def by_meanings(self, rows: QuerySet[Any], _: str, words: str) -> QuerySet[Any]:
        return rows

    @property
    def in_words(self) -> list[str]:
        """The fields in use, as a reader would name them."""
        form: forms.Form = self.form
        return [_words(form.fields[name], value) for name, value in form.data.items() if value and name in form.fields]

    @property
    def sees_numbers(self) -> bool:
        return bool(self.request and self.request.user.has_perm("calls.see_numbers"))


def _way(meaning: Q) -> Way[Any]:
    return lambda rows, _: rows.filter(meaning)


def search_box(placeholder: str, *, label: str = "Search", method: str = "by_meanings") -> filters.CharFilter:
    """What it finds is in the filter's `ways`, unless `method` names another."""
    attrs = {"type": "search", "placeholder": placeholder, "autocomplete": "off"}
    return filters.CharFilter(label=label, method=method, max_length=200, widget=forms.TextInput(attrs=attrs))


def options(label: str, every: str, table: Mapping[str, Option]) -> filters.ChoiceFilter:
    def narrowed(rows: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        means = table[value][1]
        return rows.filter(means() if callable(means) else means)

    return filters.ChoiceFilter(
        label=label,
        empty_label=every,
        choices=[(value, words) for value, (words, _) in table.items()],
        method=narrowed,
    )


def day(label: str, method: str) -> filters.DateFilter:
    return filters.DateFilter(label=label, method=method, widget=forms.DateInput(attrs={"type": "date"}))


def midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


def _words(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label).lower()
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value)).lower()  # type: ignore[arg-type]
    return f"{field.label} {value}".lower() if isinstance(field, forms.DateField) else f"“{value}”"
