"""For what the admin lists and what only grows: no page of it takes longer with every month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

from supportvoice.union import union_all

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts, and turns pages, as far as anybody does by hand. Older rows are found by a search or a filter."""

    @cached_property
    def counted(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @property
    def is_cut(self) -> bool:
        return self.counted > MOST_COUNTED

    @cached_property
    def count(self) -> int:
        return min(self.counted, MOST_COUNTED)


class PageFirst(ChangeList):
    """Finds which rows are on the page, and only of those what belongs to them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if self.result_list.query.is_sliced:
            shown = self.root_queryset.filter(pk__in=self.result_list.values("pk"))
            self.result_list = self.apply_select_related(shown).order_by(*self.queryset.query.order_by)


class Growing(admin.ModelAdmin):  # type: ignore[type-arg]
    """Newest first: any order without an index would have to sort every row there is."""

    paginator = CappedPaginator
    list_per_page = 50
    show_full_result_count = False
    sortable_by = ()
    show_facets = admin.ShowFacets.NEVER
    ordering: ClassVar[list[str | Combinable]] = ["-pk"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PageFirst

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Each field is searched by itself, so that its index is used. `=` before a name: equal to the letter."""
        for word in smart_split(search_term):
            quoted = word[:1] in ("'", '"') and word[:1] == word[-1:] and len(word) > 1
            queryset = queryset.filter(self._with(queryset, unescape_string_literal(word) if quoted else word))
        return queryset, False

    def _with(self, rows: QuerySet[Any], word: str) -> Q:
        every = rows.model._default_manager.order_by()
        found = []
        for name in map(str, self.search_fields):
            try:
                found.append(every.filter(**{_lookup(name): word}).values("pk"))
            except ValueError:
                continue  # a word where a number is stored
        return Q(pk__in=union_all(found) if found else [])


def _lookup(name: str) -> str:
    if name.startswith("="):
        return name[1:]
    return name if name.endswith("__contains") else f"{name}__icontains"


def known(name: str, values: Callable[[], Iterable[tuple[str, str]]]) -> type[admin.SimpleListFilter]:
    """For `list_filter`: the values that are known of. Django would look for all that there are in the whole table."""

    def lookups(self: Any, request: HttpRequest, shown: Any) -> list[tuple[str, str]]:
        return list(values())

    def narrowed(self: Any, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(**{name: self.value()}) if self.value() else rows

    described = {"title": name.replace("_", " "), "parameter_name": f"{name}__exact"}
    return type("Known", (admin.SimpleListFilter,), {**described, "lookups": lookups, "queryset": narrowed})
