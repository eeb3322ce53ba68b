"""Why a submission or a decision is refused."""

from __future__ import annotations

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both


class UnableToReview(Refusal):
    """Codes: ``same_person``, ``not_above``, ``decided_already``, ``remark_missing``, ``submitted_already``,
    ``nothing_to_review``, ``evidence_missing``, ``sample_open``, ``doubt_open``, ``system_needs_rule``,
    ``not_a_system``.
    """

    sentences = {
        "same_person": both(
            "这份单据由您本人提交，须由另一人核验。请转交有核验权限的同事。",
            "You submitted this yourself; another person has to decide it. Pass it to a colleague who may verify.",
        ),
        "decided_already": both(
            "这份单据已有人作出决定，或尚未重新提交。请刷新后查看。",
            "This has been decided already, or was not submitted again yet. Reload to see by whom.",
        ),
        "remark_missing": both(
            "退回时请写明原因和需要补正的内容，提交人才知道怎么改。",
            "Say why you return it and what is to be mended, so that the submitter knows what to do.",
        ),
        "submitted_already": both(
            "其中 {count} 条记录已在待核验或已核验，不能再次提交。请去掉这些记录。",
            "{count} of these records wait for review or are verified already. Leave them out.",
        ),
        "not_above": both(
            "核验须由上级单位或审计部门的人签字；您在这里的授权只到本单位。请转交上级单位的核验员。",
            "A person of an upper or audit unit has to sign; your grant here is on the unit itself. Pass it to a"
            " verifier of the unit above.",
        ),
        "evidence_missing": both(
            "其中 {count} 条记录没有佐证，不能核验。请退回补充佐证。",
            "{count} of these records have no evidence and cannot be verified. Return them for evidence.",
        ),
        "sample_open": both(
            "签字前须看过抽中的样本，还有 {count} 条没有看。请在单据页打开“抽样”逐条查看。",
            "The sample has to be looked at before signing; {count} of it are not yet. Open the sample on the paper.",
        ),
        "doubt_open": both(
            "样本中有 {count} 条存疑。请退回这份单据，或逐条写明疑问如何消除。",
            "{count} of the sample are marked doubtful. Return the paper, or say for each how the doubt was resolved.",
        ),
        "system_needs_rule": both(
            "系统账户不能代替人核验，只能按登记的规则核验。请由核验员签字。",
            "A system cannot sign in a person's place; it verifies by a declared rule. Let a verifier sign.",
        ),
        "not_a_system": both(
            "按规则核验只限系统账户。请提交后由上级核验员签字。",
            "Only a system's account verifies by rule. Submit the records and let a verifier above sign.",
        ),
        "nothing_to_review": both("没有选中任何记录。", "No record was chosen."),
    }
