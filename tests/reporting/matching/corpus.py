"""Sentences of our own with the verdicts that they must get against the small programme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A text, the verdict of each of its numbers in order, and, where one is wrong, the corrected text."""

    text: str
    verdicts: str
    corrected: str = ""


CASES = (
    # True, in every way to write a number.
    Case("2019年，全年新建无线基站3.26万个。", "true"),
    Case("2019年，全年新建无线基站３．２６万个。", "true"),
    Case("2019年，全年新建无线基站32604个。", "true"),
    Case("2019年，全年新建无线基站32,604个。", "true"),
    Case("2019年，全年新建无线基站三万二千六百零四个。", "true"),
    Case("2019年，全年新建无线基站3.3万个。", "true"),
    Case("2019年，全年新建无线基站近3.3万个。", "true"),
    Case("2019年，全年新建无线基站3万多个。", "true"),
    Case("2019年，全年新建无线基站超过3.2万个。", "true"),
    Case("2019年，公司在贫困地区完成网络建设投资22.45亿元。", "true"),
    Case("2019年，公司在贫困地区完成网络建设投资224531万元。", "true"),
    Case("截至2020年7月31日，受助学生三千三百四十九名。", "true"),
    Case("截至2020年7月31日，受助学生3300多名。", "true"),
    Case("截至2020年7月底，受助学生3349人。", "true"),
    Case("截止2020年7月31日，受助学生3349名。", "true"),
    Case("2020年，结对帮扶村1900余个。", "true"),
    Case("2020年，结对帮扶村1900至2000个。", "true"),
    Case("2020年，结对帮扶覆盖917个县。", "true"),
    Case("2019年，饶河县网络覆盖率为100%。", "true"),
    Case("2019年，饶河县网络覆盖率达到百分之一百。", "true"),
    Case("册亨县安置小区的光纤宽带免费36个月。", "true"),
    Case("2020年5月17日，31位省级分公司总经理走进直播间。", "true"),
    Case("一、积分助学\n截至2020年7月31日，参与积分助学32.5万人次。", "true"),
    Case("2019年\n新建无线基站3.26万个。", "true"),
    Case("In 2019 the branches built 32,600 new base stations.", "true"),
    Case("The company invested 2.245 billion yuan in the networks of poor areas in 2019.", "true"),
    Case("As of 31 July 2020, 3,349 pupils had been granted.", "true"),
    Case("In 2020 more than 1,900 villages were paired.", "true"),
    Case("In 2020 the education solution was in use at two schools in Raohe.", "true"),
    Case("Orders placed in the live sales on 17 May 2020 exceeded 65 million yuan.", "true"),
    # Another value.
    Case("截至2020年7月31日，受助学生3439名。", "off", "截至2020年7月31日，受助学生3349名。"),
    Case("2019年，全年新建无线基站3.62万个。", "off", "2019年，全年新建无线基站3.26万个。"),
    Case("2019年，公司在贫困地区完成网络建设投资24.52亿元。", "off", "2019年，公司在贫困地区完成网络建设投资22.45亿元。"),
    Case("2020年，结对帮扶村1800多个。", "off", "2020年，结对帮扶村1900多个。"),
    Case("2020年，结对帮扶村2000至2100个。", "off", "2020年，结对帮扶村1901个。"),
    Case("2019年，饶河县网络覆盖率为98%。", "off", "2019年，饶河县网络覆盖率为100%。"),
    Case("In 2019 the branches built 36,200 new base stations.", "off", "In 2019 the branches built 32,600 new base stations."),
    # The value, with a wrong word, unit or scale.
    Case("2019年，全年新建无线基站超3.27万个。", "word", "2019年，全年新建无线基站超3.26万个。"),
    Case("2019年，全年新建无线基站3万2604个。", "word", "2019年，全年新建无线基站3.26万个。"),
    Case("2019年，公司在贫困地区完成网络建设投资22.45万元。", "word", "2019年，公司在贫困地区完成网络建设投资22.45亿元。"),
    Case("截至2020年7月31日，为定点扶贫县培训基层干部379人次。", "word", "截至2020年7月31日，为定点扶贫县培训基层干部379人。"),
    Case("截至2020年7月31日，参与积分助学32.5万人。", "word", "截至2020年7月31日，参与积分助学32.5万人次。"),
    Case("截至2020年7月31日，受助学生3349户。", "word", "截至2020年7月31日，受助学生3349名。"),
    Case("截至2020年7月31日，受助学生超过3349名。", "word", "截至2020年7月31日，受助学生3349名。"),
    Case("截至2020年7月31日，受助学生3349余名。", "word", "截至2020年7月31日，受助学生3349名。"),
    Case("截至2020年7月31日，受助学生不足3349名。", "word", "截至2020年7月31日，受助学生3349名。"),
    Case("截至2020年7月31日，受助学生3300名。", "word", "截至2020年7月31日，受助学生3349名。"),
    Case("2020年，结对帮扶村1900个。", "word", "2020年，结对帮扶村1901个。"),
    Case("2020年5月17日，当天下单金额近6500万元。", "word", "2020年5月17日，当天下单金额6500万元。"),
    Case("2020年5月17日，当天下单金额约6500万元左右。", "word"),
    Case("As of 31 July 2020 grants went to nearly 3,349 pupils.", "word", "As of 31 July 2020 grants went to 3,349 pupils."),
    Case("As of 31 July 2020, 379 attendances of grassroots cadres trained.", "word"),
    # Of another period, place or time.
    Case("2020年，全年新建无线基站3.26万个。", "scope"),
    Case("2020年，饶河用上互联网+教育方案的学校8所。", "scope", "2020年，饶河用上互联网+教育方案的学校2所。"),
    Case("2019年，饶河县新建无线基站3.26万个。", "scope"),
    Case("2019年，公司出台政策制度19项。", "scope"),
    Case("In 2020 the branches built 32,600 new base stations.", "scope"),
    Case("截至2020年7月31日，为定点扶贫县培训基层干部351人。", "outdated", "截至2020年7月31日，为定点扶贫县培训基层干部379人。"),
    Case("截至2020年7月31日，出台政策制度17项。", "outdated", "截至2020年7月31日，出台政策制度19项。"),
    # Nothing answers for it.
    Case("村里新修水渠12公里。", "unknown"),
    Case("当天到会25人。", "unknown"),
    Case("他今年48岁，家里种了6亩苹果。", "unknown unknown"),
    Case("2019年，新增宽带接入总端口同比增长12.5%。", "unknown"),
    Case("The road is 12 kilometres long.", "unknown"),
    Case("The office bought 17 chairs.", "unknown"),
    # Traps: nothing here is a figure.
    Case("联系电话13800138000，传真010-66258888，客服400-810-1234。", ""),
    Case("根据联通〔2020〕15号文件，第三次会议于2020年3月5日14:30召开。", ""),
    Case("十三五期间，5G和4G网络一起建，一县一品落了地。", ""),
    Case("第一章　总体情况\n一、背景\n（一）起因\n1. 经过\n- 3 -", ""),
    Case("两不愁三保障，一带一路，一方面如此，另一方面也如此。", ""),
    Case("On 17 May 2020 the 3rd meeting was held; see page 12 and section 4.", ""),
    Case("见表1、图2和附件3，网址https://example.org/2020/17，版本v2.1。", ""),
    # As the papers of a publication print a figure, with its number in their list behind it.
    Case("发布第1号，账册区块251。2019年，全年新建无线基站3.26万个[2]，饶河县网络覆盖率为100%[4]。", "true true"),
    Case("Ledger block 251. In 2019 we built 32,600 new base stations [2].", "true"),
    Case("口径：不与832个贫困县相加；须经另一人核验。\nScope: never add it to the 832.", ""),
    # Several at once.
    Case("截至2020年7月31日，受助学生3349名，每人助学金1000元，共发放335.9万元。", "true true off",
         "截至2020年7月31日，受助学生3349名，每人助学金1000元，共发放334.9万元。"),
    Case("2020年，用上互联网+教育方案的学校，饶河2所、沽源3所。", "true off",
         "2020年，用上互联网+教育方案的学校，饶河2所、沽源2所。"),
    Case("2019年末，饶河、沽源、康保的网络覆盖率依次为100%、99%、100%。", "true off true"),
    Case("领导小组升格以前，统筹的专业线是5个；升格以后，是16个。", "true true"),
    Case("截至2020年7月31日，为定点扶贫县培训基层干部379人、614人次。", "true true"),
)  # fmt: skip
