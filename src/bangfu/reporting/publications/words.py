"""Words of the page that goes with a bundle."""

from bangfu.foundation.rooms import Words, both

PAGE_WORDS: dict[str, Words] = {
    "publication": both("发布第 {number} 号", "Publication no. {number}"),
    "as_of": both("账册区块 {block}", "ledger block {block}"),
    "figures": both("数字一览", "Every figure"),
    "figures_about": both(
        "点开任何一个数字，看它怎么算、分到哪里、由哪些事实组成。涉及个人的，不列姓名和日期，少于五人的地方并到上一级。",
        "Open any figure to see how it is worked out, how it divides, and the facts it is made of. Where facts are about people,"
        " no names and days are given, and places with fewer than five are merged into the next larger one.",
    ),
    "exact": both("准确值", "Exact value"),
    "printed": both("印出", "Printed"),
    "when": both("期间", "Period"),
    "where": both("范围", "Scope"),
    "formula": both("怎么算", "How it is worked out"),
    "scope_note": both("口径", "Scope note"),
    "definition": both("定义", "Definition"),
    "by_place": both("按地区", "By place"),
    "by_unit": both("按单位", "By unit"),
    "by_month": both("按月份", "By month"),
    "facts": both("事实", "Facts"),
    "fact": both("编号", "Fact"),
    "day": both("时间", "When"),
    "place": both("地区", "Place"),
    "unit": both("单位", "Unit"),
    "quantity": both("数量", "Quantity"),
    "party": both("对象代号", "Party"),
    "reverses": both("冲正", "Takes back"),
    "withheld": both("不公开", "withheld"),
    "recomputed": both("按下列事实重算：{value}，与上面相符", "Worked out anew from these facts: {value}, which agrees"),
    "differs": both("按下列事实重算：{value}，与上面不符！", "Worked out anew from these facts: {value}, which differs!"),
    "numerator": both("分子或实际值", "Numerator, or what was reached"),
    "against": both("分母或目标值", "Denominator, or target"),
    "more": both("再看 {count} 条", "{count} more"),
    "verify": both("自己验证", "Verify it yourself"),
    "verify_about": both(
        "解压发布包，运行 python verify.py 加上发布包的文件名。只需 Python 3.9，不联网："
        "每个数字由事实重算，每条事实查证明，检查点查签名。",
        "Unpack the bundle and run python verify.py with the bundle's file name. Python 3.9 is enough, and no network:"
        " every figure is recomputed from its facts, every fact's proof and the checkpoint's signature are checked.",
    ),
}  # fmt: skip
