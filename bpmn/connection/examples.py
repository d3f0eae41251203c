"""What people write into the forms of the pack, by the label of the field: made-up cases read like real ones."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

#: An answer, from the chance of the case, its variables and the virtual day.
Example = Callable[[Random, Mapping[str, Any], date], Any]


def _one_of(*texts: str) -> Example:
    return lambda rng, _values, _today: rng.choice(texts)


def _numbered(pattern: str) -> Example:
    """A number of the house: day and serial number go into the pattern."""
    return lambda rng, _values, today: pattern.format(day=today, serial=rng.randint(1, 9_999))


def _share(least: float, most: float) -> Example:
    """A part of the capacity that was asked for."""
    return lambda rng, values, _today: round(float(values.get("kva") or 100) * rng.uniform(least, most))


def _at(clock: str) -> Example:
    return lambda _rng, _values, today: f"{today.isoformat()}T{clock}"


def _in(days: int) -> Example:
    return lambda _rng, _values, today: (today + timedelta(days=days)).isoformat()


_PLACES: Final = _one_of("120.212107,30.208413", "120.186532,30.187264", "120.243871,30.225190", "120.201446,30.196038")
_POLES: Final = _one_of(
    "沿江线 27 号杆", "工业二线 03 开关柜", "城东一号台区 5 号杆", "港城线 112 号杆", "2 号环网柜 4 间隔"
)
_STATIONS: Final = _one_of("110 kV 滨江变电站", "35 kV 城东变电站", "110 kV 港城变电站", "城东一号台区")
_LINES: Final = _one_of("10 kV 沿江线", "10 kV 工业二线", "10 kV 港城线", "0.4 kV 文化路线")
_BOUNDARIES: Final = _one_of("客户专用变压器高压侧进线柜进线端", "T 接点隔离开关客户侧", "计量箱出线开关下端")
_FOUND: Final = _one_of(
    "上一环节交接不清，材料在班组间转了两天。", "客户约定的时间改了一次，顺延。", "抢修占用人手，已补派一组。"
)
_OPINIONS: Final = _one_of("接入条件具备，同意。", "同意方案，施工前复核线路余量。", "同意，保护定值按审定值执行。")
_REASONS: Final = _one_of("资料与现场不一致，需重新核对。", "内容不全，请补充后再报。", "计算书与图纸不符，请更正。")

EXAMPLES: Final[Mapping[str, Example]] = {
    # Survey and plan
    "到场位置": _PLACES,
    "离场位置": _PLACES,
    "位置坐标": _PLACES,
    "到场时间": _at("09:10"),
    "离场时间": _at("10:45"),
    "超出范围的原因": _one_of("厂区大门在道路另一侧，从门口进入。"),
    "说明": _one_of("与申请一致。", "现场已核对，与资料相符。", "负责人在场，口头确认。"),
    "行业与用电类别说明": _one_of("两班生产，设备以电机为主。", "仓储和办公，无生产负荷。"),
    "最大负荷": _share(0.6, 0.8),
    "建议容量": _share(1, 1),
    "剩余容量": _share(2, 5),
    "线路余量": _share(2, 4),
    "与申请地址的距离": lambda rng, _values, _today: rng.randint(8, 90),
    "线路长度": lambda rng, _values, _today: round(rng.uniform(0.1, 1.6), 1),
    "变电站或台区": _STATIONS,
    "线路": _LINES,
    "杆号或间隔": _POLES,
    "GIS 编号": _numbered("GIS-{serial:06d}"),
    "自备、应急电源": _one_of("无", "柴油发电机 200 kW"),
    "自备应急电源": _one_of("柴油发电机 200 kW，自动切换", "UPS 60 kVA"),
    "位置": _one_of("配电房内计量柜", "围墙外计量箱"),
    "计量点": _one_of("高压侧计量柜", "低压侧计量箱"),
    "产权分界点": _BOUNDARIES,
    "红线与投资界面": _one_of("红线外由供电公司投资，红线内由客户投资。", "以围墙为界，界内客户投资。"),
    "建筑区划红线位置": _one_of("沿创新大道人行道内侧", "厂区围墙外 2 米"),
    "投资界面": _one_of("红线外由供电公司投资，红线内由客户投资。"),
    "受限设备": _one_of("10 kV 沿江线", "滨江变电站 2 号主变"),
    "内容与依据": _one_of("切改至工业二线供电，线路余量满足申请容量。"),
    "接入系统方案": _one_of("自沿江线 27 号杆 T 接，新建电缆至客户配电房。", "自环网柜备用间隔出线，电缆直埋接入。"),
    "接入": _one_of("工业二线", "沿江线", "港城线"),
    "变压器": _one_of("1 × 630 kVA 干式", "2 × 800 kVA 干式"),
    "主接线": _one_of("单母线", "单母线分段"),
    "保护配置": _one_of("过流、速断、零序"),
    "应急电源": _one_of("客户自备柴油发电机", "不要求"),
    "表计与互感器": _one_of("多功能表 1 只，电流互感器 50/5", "多功能表 1 只，直接接入"),
    "功率因数标准": _one_of("0.90", "0.85"),
    "时限与后续办理要求": _one_of("方案一年内有效；设计完成后送审，竣工后报验。"),
    # Works, inspection, connection
    "设计单位": _one_of("临江电力设计院有限公司", "华东智联设计有限公司"),
    "资质证书编号": _numbered("A133{serial:06d}"),
    "单位名称": _one_of("临江恒源电力工程有限公司", "滨江宏电安装有限公司"),
    "承装（修、试）许可证编号": _numbered("4-1-{serial:05d}-2024"),
    "偏差原因": _one_of("雨天停工两天。", "道路开挖许可晚批。"),
    "部位": _one_of("接地", "电缆沟", "高压柜"),
    "问题和要求": _one_of("接地电阻 6.2 欧，要求不大于 4 欧。", "电缆弯曲半径不足，重新敷设。"),
    "调度管辖范围": _one_of("进线开关及以上设备"),
    "运行方式": _one_of("单电源运行", "一主一备，备用自投"),
    "设备": _one_of("注塑机", "空压机", "数控加工中心", "冷库机组", "照明与办公"),
    "定值": _one_of("速断 6 A / 0 s", "过流 4.5 A / 0.5 s"),
    "封印编号": _numbered("FY{serial:07d}"),
    "互感器变比（没有写“无”）": _one_of("50/5", "100/5", "无"),
    "竣工日期": _in(0),
    "完工日期": _in(0),
    "送电时间": _at("15:20"),
    "装表时间": _at("14:10"),
    "检定有效期至": _in(1_800),
    "会议日期": _in(0),
    "现场核查日期": _in(0),
    # Fees and permits
    "政策文件和条款": _one_of("苏价规〔2021〕5 号第 3 条"),
    "告知单号": _numbered("JF-{day:%Y%m%d}-{serial:04d}"),
    "流水号": _numbered("{day:%Y%m%d}{serial:06d}"),
    "受理编号": _numbered("XK-{day:%Y}-{serial:05d}"),
    "许可编号": _numbered("占掘许〔{day:%Y}〕{serial} 号"),
    "规划文件编号": _numbered("地字第 {day:%Y}{serial:05d} 号"),
    "不需要的理由": _one_of("低压项目在免审批范围内，管线不出道路红线。"),
    "联系经过": _one_of("电话联系住建窗口，已补交管线综合图，三天内批复。"),
    "不予许可的原因": _one_of("与在建地铁施工冲突，需改线。"),
    # Sentences
    "给客户的补充说明": _one_of("原件拍清楚四角，复印件加盖公章。"),
    "为什么再次要材料": _one_of("第一次交的证明已过有效期。"),
    "受理备注": _one_of("已电话核对联系人。"),
    "备注": _one_of("两班制", "间歇运行", "夏季使用"),
    "与自动初审不同的理由": _one_of("已电话核实，材料与申请一致。"),
    "裁决理由和要求": _one_of("按规划意见接入工业二线，运检部门月底前完成线路校核。"),
    "矛盾在哪里": _one_of("规划要求接入工业二线，运检认为该线已重载。"),
    "汇总意见": _one_of("各部门同意接入，调度要求加装自动化终端。"),
    "会议纪要": _one_of("与会各方同意改接港城线，其余按原方案。"),
    "方案怎样改": _one_of("接入点改为港城线 112 号杆，其余不变。"),
    "审查意见": _one_of("设计符合方案，主接线、保护、计量均满足要求。"),
    "其他说明": _one_of("开工前三天通知供电公司到场交底。"),
    "特别约定": _one_of("迎峰度夏期间按约定错峰。"),
    "具体情况和依据": _one_of("承诺补交的土地证明到期未交，已两次提醒。"),
    "您的理由": _one_of("材料由代办公司提交，本公司不知情，现附声明。"),
    "您的理由和希望": _one_of("希望接入离厂区更近的沿江线，减少外线投资。"),
    "复核情况": _one_of("调阅原始材料并电话核实，代办公司承认提交错误。"),
    "审核情况": _one_of("整改材料齐全，现场已核对。"),
    "怎样改正的": _one_of("已补交原件，并更换了经办公司。"),
    "为什么复核": _one_of("申请人提交了新的证明。"),
    "整改说明": _one_of("接地极已增补两根，复测 3.1 欧。"),
    "核查情况": _one_of("到发证机关核对，编号与登记一致。"),
    "要求整改或不实的地方": _one_of("竣工图与现场不符，限五日内更正。"),
    "改了什么": _one_of("已按现场重绘竣工图并盖章。"),
    "被指材料": _one_of("营业执照", "产权证明"),
    "申请人说明": _one_of("执照换证中，附受理回执。"),
    "建议": _OPINIONS,
    "意见": _OPINIONS,
    "给客户的说明": _one_of("费用和分工见答复单，一年内确认有效。"),
    "给勘查员的话": _one_of("客户上午在厂区，先到门卫登记。"),
    "核对备注": _one_of("补件与原件一致。"),
    "意见和建议": _one_of("进度查得到，挺方便。"),
    "查明的情况": _FOUND,
    "原因": _REASONS,
    "理由": _one_of("材料和现场都核对过，予以认定。"),
    "需要的特别照顾": _one_of("家中有制氧机，停电请提前通知。"),
}
