"""What the buttons of the prompt lab do, as methods for a cell without hands: add, choose, estimate, sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.base import engine
from workbench.base.words import nearest
from workbench.errors import InputError
from workbench.providers.models import Model
from workbench.scorers.score import Scorer
from workbench.tasks.prompts import Prompt
from workbench.tasks.tasks import load_tasks
from workbench.widgets.lab.askers import Askers
from workbench.widgets.lab.state import LabState, Variant

if TYPE_CHECKING:
    import pandas as pd


class ByHand:
    """The part of a prompt lab that needs no screen. What is changed here is what a run and `code` go by."""

    state: LabState
    _askers: Askers
    _scorer: Scorer
    scorer_form: Any

    @property
    def rows(self) -> pd.DataFrame | None:
        """The rows of the sweep that is shown."""
        return None

    @property
    def code(self) -> str:
        """The cell that repeats the run without the lab."""
        return self.state.as_code(every_task=self.rows is not None, scorer=self.scorer_form.chosen)

    def into_cell(self) -> None:
        """Put the cell that repeats the run below the cell in which this is called, ready to be run."""
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
        if shell is None:
            raise InputError("There is no notebook to put a cell into here. Print lab.code instead.")
        shell.set_next_input(self.code, replace=False)

    @property
    def prompts(self) -> dict[str, Prompt]:
        """The variants as prompts, by name; raises InputError for the first that cannot be used."""
        return self.state.prompts()

    def add(self, name: str, user: str | None = None, *, system: str | None = None, like: str | None = None) -> Prompt:
        """Add a variant, as *Copy* and typing would: a copy of `like` (the first one) with other words in it.

        One of that name, as a lab that remembers has when its cell is run again, is written anew.
        """
        names = [variant.name for variant in self.state.variants]
        if like is not None and like not in names:
            raise InputError(f"The lab holds no variant {like!r}; {nearest(like, names)}")
        model = self.state.variants[0 if like is None else names.index(like)]
        variant = Variant(
            name, model.user if user is None else user, model.system if system is None else system, model.examples
        )
        prompt = variant.prompt()
        if name in names:
            place = names.index(name)
            self.state.variants = [*self.state.variants[:place], variant, *self.state.variants[place + 1 :]]
        else:
            self.state.add(variant)
        return prompt

    def choose(self, *models: str | Model) -> None:
        """Tick these models and no others, as the boxes beside them would; by id or by label."""
        labels = [model.label if isinstance(model, Model) else model for model in models]
        known = [choice.label for choice in self.state.choices]
        strange = next((label for label in labels if label not in known), None)
        if strange is not None:
            raise InputError(f"The lab offers no model {strange!r}; {nearest(strange, known)}")
        for choice in self.state.choices:
            choice.chosen = choice.label in labels

    def problem(self, user: str, *, system: str = "") -> str | None:
        """Why a template could not be asked, in the sentence that the panel would show; None when it could."""
        return self.state.problem_of(Variant("this template", user, system))

    def estimate(self, *, every_task: bool = False) -> Any:
        """What a run would take, as the line above the buttons says: calls, dollars, minutes. Sends nothing."""
        return self._askers.plan(**self.state.grid(every_task=every_task), scorer=self._scorer)

    def sweep(self, tasks: Any = None, *, every_task: bool = False, max_usd: float | None = None) -> pd.DataFrame:
        """Ask what *Run* asks, or *Run on all tasks*, and return the rows; `tasks` asks these tasks instead.

        The same calls as in the panel, so nothing that was seen there is bought again.
        """
        grid = self.state.grid(every_task=every_task)
        if tasks is not None:
            grid["tasks"] = load_tasks(tasks)

        async def run() -> pd.DataFrame:
            return await self._askers.sweep(**grid, scorer=self._scorer, max_usd=max_usd)

        return engine.run(run())
