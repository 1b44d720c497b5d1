"""Rules, dealers and regions as a person reads them; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.region import Region
from agent_desk.domain.routing import Directory, RoutingRule
from agent_desk.domain.ticket import Category
from ui.language import Language, current_language, in_current_language, tr
from ui.orders.routing_text import RoutingWords


class RuleWords:
    """Names everything that a rule can name, in the current language."""

    def __init__(
        self,
        *,
        directory: Directory,
        categories: Iterable[Category],
        regions: Iterable[Region],
    ) -> None:
        """What is in none of them is shown by its id."""
        self._directory = directory
        self._tree = CategoryTree(categories)
        self._regions = {region.code: region for region in regions}
        self.decisions = RoutingWords(names=directory, categories=self._tree)

    def assignee(self, assignee: DepartmentId | None) -> str:
        """Return a department's or dealer's name; ``None``: the dispatcher."""
        if assignee is None:
            return tr("routing_page.dispatcher")
        found = self._directory.get(assignee)
        return in_current_language(found.name, found.name_zh) if found else assignee

    def choice(self, assignee: DepartmentId) -> str:
        """Return the name with what is to be known before choosing it."""
        found = self._directory.get(assignee)
        name = self.assignee(assignee)
        if found is not None and not found.is_active:
            return tr("routing_page.has_closed", name=name)
        is_dealer = found is not None and found.is_dealer
        return tr("routing_page.dealer", name=name) if is_dealer else name

    def category(self, category: CategoryId) -> str:
        """Return a category's path."""
        chinese = current_language() is Language.ZH
        return self._tree.path(category, chinese=chinese) or category

    def region(self, code: str) -> str:
        """Return a region's code with its name."""
        found = self._regions.get(code)
        if found is None:
            return code
        return f"{code} {in_current_language(found.name, found.name_zh)}"

    def open_assignees(self) -> Iterator[tuple[str, str]]:
        """Yield whom a rule may name: id and name."""
        for one in self._directory.values():
            if one.is_active:
                yield one.id, self.choice(one.id)

    def all_regions(self) -> Iterator[tuple[str, str]]:
        """Yield every region: code and name."""
        for code in self._regions:
            yield code, self.region(code)

    def summary(self, rule: RoutingRule) -> str:
        """Return a rule in one line: "region 010, diesel → Nord, Süd"."""
        separator = tr("list.separator")
        conditions = separator.join(self._conditions(rule)) or tr("routing_page.every_order")
        assignees = separator.join(map(self.assignee, rule.assignees))
        return tr(
            "routing_page.summary",
            conditions=conditions,
            assignees=assignees or tr("routing_page.nobody"),
        )

    def _conditions(self, rule: RoutingRule) -> Iterator[str]:
        for category in sorted(rule.categories):
            found = self._tree.find(category)
            yield in_current_language(found.name, found.name_zh) if found else category
        for code in sorted(rule.regions):
            yield self.region(code)
        yield from sorted(rule.products)
        for tier in sorted(rule.tiers):
            yield tr(f"tier.{tier}")
        for priority in sorted(rule.priorities):
            yield str(priority)
