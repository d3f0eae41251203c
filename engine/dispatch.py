"""To whom new tasks go: the team of the case by its role, and the one person who looks after the case.

`pack.toml` names for a role the team (FEEL over the case, usually the answer of a decision) and whether one person
keeps the case. A team without anybody who may do the task is no dead end: the task is open to the role in the region,
the history says so, and a job tells those who can mend it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final

from engine import keepers
from engine.command import Command
from engine.directory import Directory
from engine.errors import CannotBeNamed, NotAllowed
from engine.fitness import obstacles
from engine.history import Scene
from engine.library import Library, library
from engine.pack import Role
from engine.projection import Entry, Projection
from engine.properties import certificates_of, four_eyes_of, named_of
from engine.rights import Actor, candidate_groups, doers, latest, narrowed, today
from engine.spiff import Element, Instance
from engine.summary import text_of

#: Topic of the job that tells of a team with nobody.
TOPIC: Final = "notify.staffing"


def dispatch(
    command: Command,
    scene: Scene,
    shelf: Library,
    projection: Projection,
    process: Instance,
    region: str,
) -> None:
    """Give the new tasks of a turn to teams, keepers and those named; nothing where no accounts are kept.

    Raises:
        CannotBeNamed: A person has just named somebody for a task who cannot do it.
    """
    directory = command.handlers.directory
    opened = [row for row in projection.tasks.values() if row["state"] == "open"]
    if directory is not None and (opened or scene.rev == 1):
        Dispatch(command, scene, shelf, projection, process, region, directory).run(opened)


@dataclass(frozen=True)
class Dispatch:
    """One turn's new tasks and the people they can go to."""

    command: Command
    scene: Scene
    shelf: Library
    projection: Projection
    process: Instance
    region: str
    directory: Directory

    def run(self, opened: Sequence[Entry]) -> None:
        """Find keepers first: the tasks of this turn may be theirs already."""
        kept = self._keepers()
        for row in opened:
            self._task(row, kept)

    def _keepers(self) -> dict[str, str]:
        """Who looks after the case, chosen now where the team has become known and nobody was chosen before."""
        roles = [role for role in self.shelf.pack.roles.values() if role.keeper]
        if not roles or not self.scene.business_key:
            return {}
        kept = dict(keepers.of_case(self.command.connection, self.scene.business_key))
        for role in roles:
            team = text_of(role.team, self.process.variables)
            if role.id not in kept and team:
                chosen = keepers.least_busy(self.command.connection, self._people(role.id, team) or ())
                if chosen is not None:
                    kept[role.id] = chosen.id
                    self._appoint(role.id, chosen.id, team)
        return kept

    def _appoint(self, role: str, user_id: str, team: str) -> None:
        key, now = self.scene.business_key, self.command.now
        keepers.appoint(self.command.connection, key, role, user_id, team, now)
        self.projection.note("keeper_chosen", role=role, keeper=user_id, team=team)

    def _task(self, row: Entry, kept: Mapping[str, str]) -> None:
        named = self._named(row)
        teams: dict[str, str] = {}
        for role in self._roles_of(row):
            team = text_of(role.team, self.process.variables_of(row["token"])) if role.team else ""
            fit = self._fit(row, self._people(role.id, team)) if team else ()
            if fit:
                teams[role.id] = team
            elif team and named is None:
                self._tell(row, role, team)
            if role.id in kept and named is None and not row["assignee"]:
                self._own(row, kept[role.id], role, fit)
        if named is not None:
            row.update(assignee=named.id, claimed_at=self.command.now)
        row["audience"] = narrowed(row["audience"], teams)

    def _named(self, row: Entry) -> Actor | None:
        """Whoever was chosen for the task by staff number; None if nobody was, or they cannot do it any more."""
        element = self._element(row)
        variable = named_of(element)
        number = self.process.variables_of(row["token"]).get(variable) if variable else None
        if not number or row["assignee"]:
            return None
        found = self.directory.find(self.command.connection, str(number), self.command.now)
        roles = set(candidate_groups(row["audience"]))
        able = found is not None and found.covers(self.region) and (not roles or bool(found.groups & roles))
        if found is not None and able and self._fit(row, [found]):
            return found
        if variable in self.projection.given:
            why = self._obstacle(row, found) if found is not None and able else None
            raise CannotBeNamed(variable, str(number), row["name"], why)
        self.projection.note("named_unfit", row["element"], process_id=row["process_id"], task=row["id"])
        return None

    def _obstacle(self, row: Entry, person: Actor) -> NotAllowed | None:
        place = SimpleNamespace(**row)
        return obstacles(self.command.connection, place, [person], self.command.now)[person.id]

    def _own(self, row: Entry, keeper_id: str, role: Role, fit: Collection[Actor]) -> None:
        """The keeper gets the task, unless they left, or may not do it: then it stays with the team."""
        able = {person.id for person in fit}
        if keeper_id not in able:
            able = {person.id for person in self._fit(row, self._people(role.id, ""))}
        if keeper_id in able:
            row.update(owner=keeper_id, assignee=keeper_id, claimed_at=self.command.now)

    def _roles_of(self, row: Entry) -> Iterator[Role]:
        roles = self.shelf.pack.roles
        return (roles[group] for group in candidate_groups(row["audience"]) if group in roles)

    def _element(self, row: Entry) -> Element | None:
        shelf = library(self.command.connection, row["deployment_id"])
        return shelf.definition(row["process_id"]).elements.get(row["element"])

    def _people(self, role: str, team: str) -> Sequence[Actor]:
        return self.directory.people(self.command.connection, role, self.region, team, self.command.now)

    def _fit(self, row: Entry, people: Sequence[Actor]) -> Sequence[Actor]:
        """Those who have the certificates of the task and did not do what it checks."""
        element = self._element(row)
        place = (self.command.connection, row["instance_id"], row["business_key"])
        done = {**doers(*place, four_eyes_of(element)), **self._just_done(four_eyes_of(element))}
        kinds, day = certificates_of(element), today(self.command.now)
        held = {person.id: latest(person.certificates) for person in people}
        able = (one for one in people if all(held[one.id].get(kind) and held[one.id][kind] >= day for kind in kinds))
        return [person for person in able if person.id not in done]

    def _just_done(self, elements: Sequence[str]) -> dict[str, str]:
        """Whoever completes such an element in this very turn; its row is written after the dispatch."""
        done = {entry["element"] for entry in self.projection.entries if entry["kind"] == "completed"}
        people = (self.scene.by, self.scene.behalf)
        return {person: person for person in people if person and done & set(elements)}

    def _tell(self, row: Entry, role: Role, team: str) -> None:
        told = {"role": role.id, "team": team, "region": self.region}
        self.projection.note("team_empty", row["element"], process_id=row["process_id"], task=row["id"], **told)
        self.projection.tell(TOPIC, row["element"], told)
