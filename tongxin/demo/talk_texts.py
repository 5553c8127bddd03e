"""What people said online in the demo: questions, statements, and how each camp stands to them. All invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A statement.

    Attributes:
        leanings: of each camp, how many of ten agree; the rest disagree, some pass.
        by_people: a participant wrote it, not the office.
    """

    text: str
    leanings: tuple[int, ...]
    by_people: bool = False


@dataclass(frozen=True, slots=True)
class TalkPlan:
    """A conversation.

    Attributes:
        voices: how many people vote, and how they are spread over the camps, in percent.
        waiting: what participants wrote and nobody has decided about.
        rejected: what participants wrote and the office did not publish, with the reason.
    """

    title: str
    question: str
    background: str
    said: tuple[Said, ...]
    voices: int
    camps: tuple[int, ...]
    waiting: tuple[str, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()


# Three camps: those on upper floors with old people, those on lower floors, those who rent or are young.
LIFTS = TalkPlan(
    title="老旧小区加装电梯",
    question="老旧小区加装电梯，怎样办大家都能接受？",
    background=(
        "城区2000年以前建的六层楼有一百多栋，上下楼最难的是老人。高层住户盼着装，低层住户担心采光、噪声和花钱。"
        "市政协准备就这件事开展协商，先听听大家怎么想。这里说的每一条看法，都只算看法，不算表决。"
    ),
    said=(
        Said("装电梯以前，应当先请专业单位看楼的结构安不安全。", (9, 9, 9)),
        Said("每一户出多少钱、政府补多少钱，应当在楼道口贴出来。", (9, 9, 9)),
        Said("电梯装好以后谁来管、坏了谁来修，动工以前就要写清楚。", (9, 9, 8)),
        Said("施工应当避开中午和晚上，不能影响孩子写作业、老人休息。", (8, 9, 9)),
        Said("政府应当有一个窗口，一次办完加装电梯的全部手续。", (9, 8, 8)),
        Said("应当先挑两三栋条件好的楼试点，办好了再推开。", (8, 8, 9)),
        Said("本单元三分之二的住户同意就应当装。", (9, 2, 6)),
        Said("只要有一户不同意，就不应当动工。", (1, 8, 3)),
        Said("一楼的住户不应当出钱。", (6, 9, 5)),
        Said("低层住户的采光受了影响，高层住户应当补偿。", (3, 9, 6)),
        Said("楼层越高，出的钱应当越多。", (8, 9, 5)),
        Said("装电梯会让低楼层的房子掉价。", (2, 8, 3)),
        Said("老人上不了楼是眼前的事，不能再等。", (9, 4, 6)),
        Said("应当先修下水管和外墙，再说电梯。", (2, 8, 7)),
        Said("与其装电梯，不如把停车的地方先划出来。", (2, 5, 9)),
        Said("租房的人也应当能说上话。", (4, 4, 9), by_people=True),
        Said("出不起钱的困难家庭，应当允许分期交。", (8, 8, 9), by_people=True),
        Said("可以在楼梯上装座椅式升降机，花钱少。", (3, 7, 5), by_people=True),
        Said("业委会没有成立的小区，应当由社区帮着开会商量。", (8, 7, 8), by_people=True),
        Said("物业费不应当因为装了电梯就涨。", (5, 9, 9), by_people=True),
        Said("电梯应当能放得下担架。", (9, 5, 6), by_people=True),
        Said("年轻人不在乎电梯，在乎网络和充电桩。", (1, 3, 9), by_people=True),
        Said("公积金应当能取出来交加装电梯的钱。", (9, 5, 8), by_people=True),
        Said("这样在网上征求意见，比挨家敲门好。", (6, 6, 8), by_people=True),
    ),
    voices=424,
    camps=(44, 33, 23),
    rejected=(
        ("三号楼姓王的那家就是不讲理。", "点了具体的人，不能公布；可以只说事情重新提。"),
        ("低价加装电梯，请加微信。", "是广告。"),
    ),
)

# Two camps: those who drive, and those who walk.
PARKING = TalkPlan(
    title="老城区停车",
    question="老城区停车难，先办哪几件事？",
    background="东大街、文化街一带车多位少，接送孩子的时段最堵。市政协请大家先说说看法，月底把结果交给有关部门一起商量。",
    said=(
        Said("学校门口接送时段，应当有人指挥。", (9, 9)),
        Said("机关单位的院子，下班以后和周末应当让群众停车。", (9, 8)),
        Said("消防通道上的车，应当马上拖走。", (8, 9)),
        Said("路边停车前半小时应当免费。", (9, 5)),
        Said("路边停车收费应当再高一点，车就少了。", (1, 7)),
        Said("东大街应当只走公交和行人。", (2, 8)),
        Said("应当拆掉绿化带，多划车位。", (7, 1)),
        Said("人行道上一律不许停车。", (3, 9)),
        Said("城边建停车场，用免费小公交接进城。", (7, 8)),
        Said("菜市场旁边应当单独划三轮车的位置。", (6, 8)),
        Said("小区里的空车位，白天可以租给旁边上班的人。", (8, 6), by_people=True),
        Said("电动车充电的地方比停车位更缺。", (3, 7), by_people=True),
    ),
    voices=142,
    camps=(55, 45),
    waiting=(
        "医院门口应当给看急诊的车留两个位置。",
        "晚上八点以后路边应当都能停。",
        "文化街的单行道应当取消，绕路太远。",
        "机关单位的院子，周末应当让群众停车。",
    ),
)  # fmt: skip

# Members among themselves.
CONTACT = TalkPlan(
    title="委员怎样联系群众",
    question="委员联系群众，怎样才算做实了？",
    background="下半年要修订委员联系界别群众的办法，先请各位委员说说看法。怎么表态只有您自己知道。",
    said=(
        Said("委员每季度至少应当到工作站值一次班。", (9, 7)),
        Said("群众反映的事办得怎么样，委员应当亲口告诉群众。", (9, 9)),
        Said("值班的时间应当提前一周公布。", (9, 8)),
        Said("联系群众应当看办成了几件事，不看去了几次。", (8, 8)),
        Said("不住在本乡镇的委员，可以用电话联系。", (3, 9)),
        Said("联系群众的情况应当在全会上公布。", (8, 3)),
        Said("每名委员固定联系十户群众。", (7, 3)),
        Said("应当给到村值班的委员报销路费。", (6, 8)),
        Said("年轻委员应当教老人用手机反映事情。", (8, 7)),
        Said("界别活动应当开到村里、厂里去。", (8, 8)),
    ),
    voices=26,
    camps=(55, 45),
)
