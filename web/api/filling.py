"""One form being filled: what it shows to its reader, and how what comes back is validated, sealed and checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from engine.damage import known_variables
from engine.figures import NAME, figures
from engine.submission import Submission, submissions
from forms import Form, FormErrors, sealed
from web import papers
from web.auth.masks import Shown, lens_of, shown
from web.auth.person import Person
from web.context import now
from web.seals import sealer
from web.wording import local

#: Answers about how a task went: the last task's answer must not stand in the next task's form.
ANSWERS = frozenset({"outcome", "reason", "reason_code"})
#: A sealed value in a variable: {"sealed": id}.
_REFERENCE = frozenset({"sealed"})


@dataclass(frozen=True, slots=True)
class Filling:
    """A form with the variables it was opened with."""

    form: Form | None
    variables: Mapping[str, Any]
    #: Sealed values among the variables, by seal id, as this person sees them.
    seals: Mapping[str, Shown]
    business_key: str
    who: Person

    @classmethod
    def of_task(cls, connection: Connection, task: queries.Task, who: Person) -> Filling:
        """The form of a task, pinned to the deployment of its instance; a task may have none.

        An open task has the variables of now, a completed one what stood in it then.
        """
        document = queries.form(connection, task.deployment_id, task.form_ref) if task.form_ref else None
        place = (task.business_key, who)
        if task.state == "open":
            variables = known_variables(connection, task.instance_id, now=now(), token=task.token)
            return cls.of(connection, task.deployment_id, document, variables, *place)
        found = submissions(connection, [task.id]).get(task.id, Submission({}, {}))
        return cls.of(connection, task.deployment_id, document, found.seen, *place, found.data)

    @classmethod
    def of(
        cls,
        connection: Connection,
        deployment_id: str,
        document: Mapping[str, Any] | None,
        variables: Mapping[str, Any],
        business_key: str,
        who: Person,
        given: Mapping[str, Any] = MappingProxyType({}),
    ) -> Filling:
        """A form over some variables, what was given in it, and the figures of its deployment where it says one.

        How an earlier task went is not what this form says.
        """
        known = {key: value for key, value in variables.items() if key not in ANSWERS}
        variables = {**known, **given, **_figures(connection, deployment_id, document, variables)}
        found = shown(connection, lens_of(connection, who), list(seal_ids(variables.values())))
        return cls(Form.load(document) if document else None, variables, found, business_key, who)

    @property
    def document(self) -> Mapping[str, Any] | None:
        return self.form.document if self.form else None

    @property
    def shown(self) -> dict[str, Any]:
        """The variables for the browser: references become the text this person may see."""
        return {key: _visible(value, self.seals) for key, value in self.variables.items()}

    @property
    def own(self) -> dict[str, Any]:
        """Those of `shown` that the form has a field for."""
        parts = (part for component in (self.form.components if self.form else ()) for part in component.walk())
        keys = {part.path[0] for part in parts if part.path}
        return {key: value for key, value in self.shown.items() if key in keys}

    def typed_over(self, draft: Mapping[str, Any]) -> dict[str, Any]:
        """`own` with a draft over it: what the draft does not name stays, inside groups too; null clears."""
        return _over(self.own, draft)

    def take(self, connection: Connection, data: Mapping[str, Any]) -> dict[str, Any]:
        """Validated process variables of a submission; sensitive values are sealed, files given to the case.

        Raises:
            FormErrors: The data do not fit the form.
        """
        if self.form is None:
            return {}
        moment = now()
        kept = _restored(data, self.variables, self.seals)
        clean = self.form.validate(kept, context=self.variables, today=local(moment).date())
        self._check_files(connection, clean.documents)
        papers.adopt(connection, clean.documents, self.business_key, self.who)
        return sealed(clean, connection, sealer(), business_key=self.business_key, actor=self.who.id, now=moment)

    def _check_files(self, connection: Connection, ids: Iterable[str]) -> None:
        """A form may name only files of its case, or files that this person has just uploaded."""
        foreign = papers.foreign(connection, ids, self.business_key, self.who)
        if foreign:
            text = _("这份文件不在这个案件里，请重新上传。")
            raise FormErrors({"documents": [text]}, {})


def _figures(
    connection: Connection, deployment_id: str, document: Mapping[str, Any] | None, variables: Mapping[str, Any]
) -> dict[str, Any]:
    if document is None or f"{NAME}." not in json.dumps(document):
        return {}
    return {NAME: figures(connection, deployment_id, variables, str(variables.get("region") or ""))}


def seal_ids(values: Iterable[Any]) -> Iterable[str]:
    """Ids of the sealed values that stand in some variables, however deep."""
    for value in values:
        if isinstance(value, Mapping):
            if set(value) == _REFERENCE:
                yield str(value["sealed"])
            else:
                yield from seal_ids(value.values())
        elif isinstance(value, list):
            yield from seal_ids(value)


def _over(known: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    groups = [key for key, value in typed.items() if isinstance(value, Mapping) and isinstance(known.get(key), Mapping)]
    return {**known, **typed, **{key: _over(known[key], typed[key]) for key in groups}}


def _visible(value: Any, seals: Mapping[str, Shown]) -> Any:
    if isinstance(value, Mapping):
        if set(value) == _REFERENCE:
            found = seals.get(str(value["sealed"]))
            return found.text if found else ""
        return {key: _visible(inner, seals) for key, inner in value.items()}
    if isinstance(value, list):
        return [_visible(inner, seals) for inner in value]
    return value


def _restored(data: Any, before: Any, seals: Mapping[str, Shown]) -> Any:
    """What comes back unchanged from the screen (a mask, mostly) stands for the value that was sealed before."""
    if isinstance(before, Mapping) and set(before) == _REFERENCE:
        known = seals.get(str(before["sealed"]))
        return dict(before) if known is not None and data == known.text else data
    if isinstance(data, Mapping) and isinstance(before, Mapping):
        return {key: _restored(value, before.get(key), seals) for key, value in data.items()}
    if isinstance(data, list) and isinstance(before, list):
        rows = [*before, *[None] * len(data)]
        return [_restored(value, rows[index], seals) for index, value in enumerate(data)]
    return data
