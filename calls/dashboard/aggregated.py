"""What an aggregate makes of the first rows of a query, inside of another one."""

from __future__ import annotations

from django.db.models import Subquery


class Aggregated(Subquery):
    """`Aggregated(rows[:100], function="count(*)", output_field=…)`: of these rows alone, by their columns' names."""

    template = "(SELECT %(function)s FROM (%(subquery)s) AS first_rows)"
