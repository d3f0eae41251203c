"""What an editor is told to do about a finding: the word that was meant, or the one that is usual in the diagram."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine import Handlers
from engine.checks import check
from engine.findings import Cure
from tests.engine.core.house import PARCEL, files_of
from tests.engine.core.test_across_files import PACKS
from tests.engine.core.test_refused import REFUSED, WARNED


def cures(files: Mapping[str, bytes]) -> dict[str, Cure | None]:
    return {problem.code: problem.cure for problem in check(files, handlers=Handlers()).problems}


@pytest.mark.parametrize(
    ("folder", "code", "act", "title"),
    [
        (REFUSED / "user_task_without_stage", "stage_missing", ("property", "stage", "intake"), "设为“收件”"),
        (REFUSED / "user_task_for_nobody", "nobody", ("attribute", "camunda:candidateGroups", "DESK"), "交给 前台"),
        (REFUSED / "user_task_without_form", "form_unnamed", ("attribute", "camunda:formRef", "look"), "取名“look”"),
        (WARNED / "decision_without_default", "no_way_taken", ("default", "gw_heavy", "f4"), "把最后一条作默认"),
        (WARNED / "unreachable_step", "unreachable", ("remove", "ut_lost", ""), "删去这一步"),
        (WARNED / "way_without_end", "dead_end", ("end", "ut_look", ""), "接一个结束事件"),
        (WARNED / "label_too_wide", "label_too_wide", ("resize", "", "180x40"), "拉大到放得下"),
        (PACKS / "wrong", "variable_misspelt", ("rename", "book_titel", "book_title"), "改成“book_title”"),
        (PACKS / "wrong", "limit_unknown", ("property", "limit", "ut_lend"), "改成“ut_lend”"),
        (PACKS / "wrong", "field_never_filled", ("field", "readonly", ""), "去掉只读"),
    ],
)
def test_a_finding_names_its_cure(folder, code: str, act: tuple[str, str, str], title: str) -> None:
    own = {path: data for path, data in files_of(folder).items() if path != "expected.toml"}
    cure = cures({**files_of(PARCEL), **own} if folder.parent != PACKS else own)[code]

    assert cure is not None
    assert ((cure.act.how, cure.act.name, cure.act.value), cure.title) == (act, title)
    assert cure.title_en.isascii()


def test_a_missing_form_is_made_as_one_that_can_be_deployed() -> None:
    own = files_of(REFUSED / "user_task_with_missing_form")
    del own["expected.toml"]
    files = {**files_of(PARCEL), **own}
    cure = cures(files)["form_missing"]

    assert cure is not None and cure.act.how == "create"
    made = check({**files, cure.act.name: cure.act.value.encode()})
    assert made.problems == ()


def test_a_step_with_an_id_that_an_editor_made_up_names_its_form_after_the_process() -> None:
    own = {path: data for path, data in files_of(REFUSED / "user_task_without_form").items() if path != "expected.toml"}
    made = {path: data.replace(b"ut_look", b"Activity_0b7vk8t") for path, data in own.items()}
    cure = cures({**files_of(PARCEL), **made})["form_unnamed"]
    assert cure is not None and cure.act.value == "refused_1"
    taken = {"forms/taken.form": files_of(PARCEL)["forms/check.form"].replace(b'"check"', b'"refused_1"')}
    cure = cures({**files_of(PARCEL), **made, **taken})["form_unnamed"]
    assert cure is not None and cure.act.value == "refused_2"
