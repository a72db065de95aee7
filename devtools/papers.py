"""Draws the papers of the demo data: ``python -m devtools.papers``.

They look as papers do that are scanned in an office, and belong to nobody: each says
that it is a sample, and its numbers can't be anybody's. What is drawn is kept with the
demo data, so that loading it needs neither fonts nor time.
"""

import io
import math
import random
import sys
from datetime import datetime
from pathlib import Path

import xlsxwriter
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

PAPERS = Path(__file__).parent.parent / "customer_archive" / "demo" / "papers"
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
SONG = "STSong-Light"
# Simplified Chinese, in a collection of fonts.
SIMPLIFIED = 2
RED, INK, PAPER = (200, 30, 35), (45, 45, 50), (250, 248, 242)
SAMPLE = "样本 · 仅供演示"
PARTY = "样本单位有限公司"
NO_CODE = "（样本，无代码）"
SCAN = (620, 877)

CLAUSES = (
    ("合作内容", "甲方向乙方采购再生材料，品种、规格、数量以双方确认的订单为准。"),
    ("质量标准", "货物应符合双方封存的样品及约定的技术要求，到货后五个工作日内验收。"),
    ("价格与结算", "价格随行就市，按月对账；乙方开具发票后三十日内付款。"),
    ("交付与运输", "乙方负责运输至甲方指定仓库，运输途中的风险由乙方承担。"),
    ("保密", "双方对合作中知悉的商业秘密负有保密义务，合同终止后仍然有效。"),
    ("违约责任", "任何一方违约，应赔偿对方因此遭受的直接损失。"),
    ("争议解决", "协商不成的，提交甲方所在地有管辖权的人民法院处理。"),
    ("其他", "本协议一式两份，双方各执一份，自盖章之日起生效。"),
)

# Made up for the demo: a company has its own.
CHAPTERS = (
    ("总则", "为规范客户档案的收集、保管和利用，防止泄露，制定本制度。"),
    ("职责", "销售部、采购部负责收集，档案管理员负责保管，合规负责审核。"),
    ("建档与审核", "资料齐全后提交审核，审核通过后统一编号并归档登记。"),
    ("查阅与借用", "查阅、借用须经审批，用后按期归还，不得转借、复制外传。"),
    ("保密", "接触客户档案的人员须参加保密培训并签署保密承诺书。"),
    ("罚则", "违反本制度的，视情节给予警告、罚款直至解除劳动合同。"),
)
SHARING = ("共享", "向公司以外提供客户资料，须经法务和管理层审批并登记。")


# PDF


def licence(stream):
    canvas = _canvas(stream, "营业执照（样本）")
    width, height = A4
    canvas.setStrokeColorRGB(0.75, 0.6, 0.2)
    canvas.setLineWidth(4)
    canvas.rect(36, 36, width - 72, height - 72)
    _centred(canvas, "营 业 执 照", height - 150, 40)
    rows = (
        ("统一社会信用代码", NO_CODE),
        ("名　　称", PARTY),
        ("类　　型", "有限责任公司"),
        ("法定代表人", "（样本）"),
        ("注册资本", "壹仟万元整"),
        ("成立日期", "2010 年 03 月 12 日"),
        ("住　　所", "示例市示例区虚拟大道 0 号"),
        ("经营范围", "再生资源回收、加工；货物销售。"),
    )
    for place, (name, value) in enumerate(rows):
        y = height - 240 - 44 * place
        canvas.setFont(SONG, 14)
        canvas.drawString(90, y, name)
        canvas.drawString(230, y, value)
    _pdf_seal(canvas, width - 170, 170, "样本登记机关")
    _centred(canvas, SAMPLE, 60, 11)
    canvas.showPage()
    canvas.save()


def permit(stream):
    canvas = _canvas(stream, "行业许可证（样本）")
    _width, height = A4
    _centred(canvas, "行 业 许 可 证", height - 140, 32)
    lines = (
        f"持证单位：{PARTY}",
        "许可范围：再生资源回收与处置",
        "许可证号：样本，无编号",
        "发证机关：样本主管部门",
        "持证单位应当按照许可范围开展业务，接受监督检查。",
    )
    for place, line in enumerate(lines):
        canvas.setFont(SONG, 15)
        canvas.drawString(90, height - 220 - 40 * place, line)
    _pdf_seal(canvas, 420, 260, "样本主管部门")
    _centred(canvas, SAMPLE, 60, 11)
    canvas.showPage()
    canvas.save()


def contract(stream):
    """An agreement of four pages: a cover, two with clauses, and one to sign."""
    canvas = _canvas(stream, "合作协议（样本）")
    width, height = A4
    _centred(canvas, "合 作 协 议", height - 260, 36)
    _centred(canvas, f"甲方：{PARTY}", height - 360, 16)
    _centred(canvas, "乙方：示例循环科技有限公司", height - 395, 16)
    _pdf_footer(canvas, 1)
    for page, part in enumerate((CLAUSES[:4], CLAUSES[4:]), 2):
        for place, (title, text) in enumerate(part):
            y = height - 110 - 150 * place
            number = place + 1 + 4 * (page - 2)
            canvas.setFont(SONG, 15)
            canvas.drawString(80, y, f"第{number}条　{title}")
            canvas.setFont(SONG, 12)
            canvas.drawString(80, y - 32, f"{number}.1　{text}")
            canvas.drawString(80, y - 58, f"{number}.2　未尽事宜由双方另行书面约定。")
        _pdf_footer(canvas, page)
    canvas.setFont(SONG, 14)
    canvas.drawString(80, height - 140, f"甲方（盖章）：{PARTY}")
    canvas.drawString(80, height - 420, "乙方（盖章）：示例循环科技有限公司")
    _pdf_seal(canvas, 220, height - 240, PARTY)
    _pdf_seal(canvas, width - 200, height - 520, "示例循环科技有限公司")
    _pdf_footer(canvas, 4)
    canvas.save()


def regulation(stream, number, chapters):
    """A regulation of the company of the demo."""
    canvas = _canvas(stream, f"客户档案管理制度 {number}（样本）")
    height = A4[1]
    _centred(canvas, "客户档案管理制度", height - 110, 28)
    _centred(canvas, f"示例循环科技有限公司　版本 {number}", height - 150, 13)
    for place, (title, text) in enumerate(chapters):
        y = height - 220 - 78 * place
        canvas.setFont(SONG, 15)
        canvas.drawString(80, y, f"第{place + 1}章　{title}")
        canvas.setFont(SONG, 12)
        canvas.drawString(80, y - 28, text)
    canvas.setFont(SONG, 10)
    canvas.drawCentredString(A4[0] / 2, 40, SAMPLE)
    canvas.save()


def _canvas(stream, title):
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    canvas = Canvas(stream, pagesize=A4, invariant=True, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor(SAMPLE)
    return canvas


def _centred(canvas, text, y, size):
    canvas.setFont(SONG, size)
    canvas.drawCentredString(A4[0] / 2, y, text)


def _pdf_footer(canvas, page):
    canvas.setFont(SONG, 10)
    canvas.drawCentredString(A4[0] / 2, 40, f"{SAMPLE}　第 {page} 页，共 4 页")
    canvas.showPage()


def _pdf_seal(canvas, x, y, name):
    """Draw a round seal around a point."""
    radius = 62
    canvas.saveState()
    canvas.setStrokeColorRGB(*(part / 255 for part in RED))
    canvas.setFillColorRGB(*(part / 255 for part in RED))
    canvas.setLineWidth(3)
    canvas.circle(x, y, radius)
    star = canvas.beginPath()
    for place, (dx, dy) in enumerate(_star(18)):
        (star.lineTo if place else star.moveTo)(x + dx, y - dy)
    star.close()
    canvas.drawPath(star, fill=1, stroke=0)
    canvas.setFont(SONG, 13)
    for sign, angle in _around(name):
        canvas.saveState()
        canvas.translate(x + 46 * math.sin(angle), y + 46 * math.cos(angle))
        canvas.rotate(-math.degrees(angle))
        canvas.drawCentredString(0, -4, sign)
        canvas.restoreState()
    canvas.setFont(SONG, 9)
    canvas.drawCentredString(x, y - 40, "样本章")
    canvas.restoreState()


def _star(radius):
    """Yield the corners of a five-pointed star around the origin, y downwards."""
    for place in range(10):
        length = radius if place % 2 == 0 else radius * 0.38
        angle = math.pi * place / 5
        yield length * math.sin(angle), -length * math.cos(angle)


def _around(name):
    """Yield the signs of a seal with their angles, clockwise from the top."""
    width = math.radians(min(240, 24 * len(name)))
    step = width / max(len(name) - 1, 1)
    for place, sign in enumerate(name):
        yield sign, place * step - width / 2


# Pictures


def letter(stream, title, lines, seal=PARTY):
    """A letter with a seal, as it comes out of a scanner: a little askew and grey."""
    page = Image.new("RGB", SCAN, PAPER)
    draw = ImageDraw.Draw(page)
    _middle(draw, title, 90, _font(30, SERIF))
    for place, line in enumerate(lines):
        draw.text((80, 190 + 44 * place), line, INK, _font(18))
    draw.text((340, 640), seal, INK, _font(17))
    draw.text((380, 672), "2026 年 3 月 2 日", INK, _font(17))
    stamp = _seal(seal)
    page.paste(stamp, (385, 570), stamp)
    _middle(draw, SAMPLE, 820, _font(15))
    _save(_scanned(page), stream)


def identity_card(stream):
    """A card that nobody could take for one: a sample across it, and no number."""
    card = Image.new("RGB", (640, 404), (226, 236, 242))
    draw = ImageDraw.Draw(card)
    for place in range(0, 640, 16):
        draw.arc((place - 200, -160, place + 320, 520), 20, 160, (205, 222, 232))
    rows = (
        "姓名　样本",
        "性别　—　　民族　—",
        "出生　— 年 — 月 — 日",
        "住址　示例市虚拟大道 0 号",
    )
    for place, row in enumerate(rows):
        draw.text((46, 48 + 58 * place), row, INK, _font(22))
    draw.text((46, 336), "号码　样本无号码", INK, _font(22))
    draw.rounded_rectangle((438, 60, 596, 262), 8, (200, 212, 220))
    draw.ellipse((482, 88, 552, 168), (150, 164, 175))
    draw.pieslice((452, 176, 582, 330), 180, 360, (150, 164, 175))
    mark = Image.new("RGBA", card.size)
    ImageDraw.Draw(mark).text((120, 150), "样　本", (*RED, 120), _font(110, SERIF))
    mark = mark.rotate(16, resample=Image.Resampling.BICUBIC)
    card.paste(mark, (0, 0), mark)
    desk = Image.new("RGB", (760, 520), (120, 104, 88))
    desk.paste(card, (60, 58))
    _save(desk, stream)


def photo(stream):
    """The works that somebody visited: drawn, blurred and grained like a snapshot."""
    width, height = 800, 560
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        draw.line((0, y, width, y), (150 + y // 8, 185 + y // 12, 225 - y // 20))
    draw.rectangle((0, 400, width, height), (112, 110, 104))
    for x, top in ((60, 220), (250, 180), (470, 240)):
        draw.rectangle((x, top, x + 170, 410), (176, 172, 166))
        draw.polygon([(x, top), (x + 85, top - 50), (x + 170, top)], (140, 70, 60))
        for window in range(3):
            left = x + 18 + 50 * window
            draw.rectangle((left, top + 50, left + 32, top + 96), (90, 110, 130))
    draw.rectangle((680, 120, 712, 410), (150, 140, 134))
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 510, width, height), (30, 30, 32))
    draw.text((20, 520), f"走访现场照片　{SAMPLE}", (240, 240, 240), _font(22))
    _save(picture, stream)


def hygrometer(stream):
    """A hygrometer in a cabinet that reads 68 %, as whoever inspects takes it."""
    width, height = 640, 800
    picture = Image.new("RGB", (width, height), (124, 134, 140))
    draw = ImageDraw.Draw(picture)
    for y in range(0, height, 200):
        draw.rectangle((0, y + 170, width, y + 190), (92, 100, 106))
    # Where water ran down.
    draw.polygon(
        [(470, 0), (560, 0), (590, 460), (520, 640), (480, 300)], (104, 112, 112)
    )
    centre, radius = (310, 360), 190
    draw.circle(centre, radius + 14, (70, 60, 52))
    draw.circle(centre, radius, PAPER)
    for percent in range(0, 101, 5):
        angle = math.radians(135 + 270 * percent / 100)
        inner = radius - (28 if percent % 10 == 0 else 16)
        draw.line(
            [_on_circle(centre, r, angle) for r in (inner, radius - 6)], INK, width=3
        )
        if percent % 20 == 0:
            place = _on_circle(centre, radius - 52, angle)
            draw.text(place, str(percent), INK, _font(24), anchor="mm")
    angle = math.radians(135 + 270 * 68 / 100)
    draw.line([centre, _on_circle(centre, radius - 40, angle)], RED, width=6)
    draw.circle(centre, 11, INK)
    draw.text((310, 440), "相对湿度 %", INK, _font(22), anchor="mm")
    picture = picture.filter(ImageFilter.GaussianBlur(1.2))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 750, width, height), (30, 30, 32))
    draw.text((20, 760), f"巡检现场照片　{SAMPLE}", (240, 240, 240), _font(22))
    _save(picture, stream)


def _on_circle(centre, radius, angle):
    return (
        centre[0] + radius * math.cos(angle),
        centre[1] + radius * math.sin(angle),
    )


def registry(stream):
    """The screen of a public registry, in a browser that belongs to nobody."""
    page = Image.new("RGB", (900, 560), (245, 247, 250))
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 900, 70), (28, 79, 142))
    draw.text((30, 18), "企业信用信息公示（样本页面）", (255, 255, 255), _font(26))
    draw.rectangle((30, 95, 870, 500), (255, 255, 255), (205, 212, 220))
    rows = (
        ("企业名称", PARTY),
        ("统一社会信用代码", NO_CODE),
        ("登记状态", "存续（在营、开业、在册）"),
        ("法定代表人", "（样本）"),
        ("注册资本", "1000 万元人民币"),
        ("经营异常名录信息", "无"),
        ("严重违法失信名单信息", "无"),
    )
    for place, (name, value) in enumerate(rows):
        y = 118 + 52 * place
        draw.text((60, y), name, (110, 118, 128), _font(19))
        draw.text((330, y), value, INK, _font(19))
        draw.line((50, y + 38, 850, y + 38), (228, 232, 238))
    draw.text((350, 516), SAMPLE, INK, _font(17))
    page.convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(
        stream, "PNG", optimize=True
    )


def _seal(name, size=150):
    seal = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(seal)
    draw.ellipse((3, 3, size - 4, size - 4), outline=(*RED, 215), width=4)
    middle = size / 2
    star = [(middle + dx, middle + dy) for dx, dy in _star(22)]
    draw.polygon(star, (*RED, 215))
    for sign, angle in _around(name):
        mark = Image.new("RGBA", (28, 28))
        ImageDraw.Draw(mark).text((4, 0), sign, (*RED, 215), _font(17))
        mark = mark.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
        x = middle + 56 * math.sin(angle) - 14
        y = middle - 56 * math.cos(angle) - 14
        seal.alpha_composite(mark, (round(x), round(y)))
    draw.text((middle - 27, middle + 34), "样本章", (*RED, 215), _font(17))
    return seal.rotate(-7, resample=Image.Resampling.BICUBIC)


def _scanned(page):
    page = page.rotate(
        0.7, resample=Image.Resampling.BICUBIC, fillcolor=(233, 231, 226)
    )
    grain = random.Random(7)
    pixels = page.load()
    for _speck in range(500):
        x, y = grain.randrange(page.width), grain.randrange(page.height)
        shade = grain.randrange(150, 225)
        pixels[x, y] = (shade, shade, shade)
    return page.filter(ImageFilter.GaussianBlur(0.5))


def _middle(draw, text, y, font):
    left, _top, right, _bottom = draw.textbbox((0, 0), text, font=font)
    draw.text(((SCAN[0] - right + left) / 2, y), text, INK, font)


def _font(size, path=FONT):
    return ImageFont.truetype(path, size, index=SIMPLIFIED)


def _save(picture, stream):
    picture.save(stream, "JPEG", quality=62, optimize=True)


# Workbook


def quotation(stream):
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    # Drawn again it is the same.
    book.set_properties({"created": datetime(2026, 3, 2)})
    sheet = book.add_worksheet("报价单")
    bold = book.add_format({"bold": True, "align": "center"})
    sheet.merge_range(0, 0, 0, 4, f"报价单（{SAMPLE}）", bold)
    sheet.write_row(1, 0, ("品名", "规格", "单位", "数量", "单价（元）"), bold)
    rows = (
        ("再生铝锭", "ADC12", "吨", 120, 17800),
        ("再生铜米", "99.9%", "吨", 15, 68500),
        ("废钢", "重废", "吨", 600, 2650),
    )
    for place, row in enumerate(rows, 2):
        sheet.write_row(place, 0, row)
    sheet.set_column(0, 4, 14)
    book.close()


DRAWN = {
    "license.pdf": licence,
    "permit.pdf": permit,
    "contract.pdf": contract,
    "regulation_1.pdf": lambda stream: regulation(stream, "1.0", CHAPTERS),
    "regulation_2.pdf": lambda stream: regulation(stream, "2.0", (*CHAPTERS, SHARING)),
    "attendance.jpg": lambda stream: letter(
        stream,
        "保密培训签到表",
        (
            "课程：客户档案保密培训",
            "赵销售（签）　　孙主管（签）",
            "吴录入（签）　　郑档案（签）",
            "周合规（签）",
        ),
        seal="示例循环科技有限公司",
    ),
    "legal_id.jpg": identity_card,
    "photo.jpg": photo,
    "damp.jpg": hygrometer,
    "quotation.xlsx": quotation,
    "registry.png": registry,
    "power.jpg": lambda stream: letter(
        stream,
        "授权委托书",
        (
            "兹委托我单位业务经理（样本）全权办理与贵公司的",
            "业务洽谈、合同签订及对账事宜。",
            "委托期限：自签发之日起一年。",
            "受托人无转委托权。",
        ),
    ),
    "bank.jpg": lambda stream: letter(
        stream,
        "账户证明",
        (
            f"户　名：{PARTY}",
            "开户行：演示银行示例支行",
            "账　号：样本，无账号",
            "以上账户为我单位基本存款账户，特此证明。",
        ),
    ),
    "notice.jpg": lambda stream: letter(
        stream,
        "关于变更收款账户的函",
        (
            "贵公司财务部：",
            "因业务需要，我单位收款账户变更，",
            "新账户信息请以加盖公章的书面通知为准。",
            "请予办理，谢谢。",
        ),
    ),
    "paper.jpg": lambda stream: letter(
        stream,
        "情况说明",
        ("贵公司：", "现将有关资料盖章后提供，", "请查收并归入客户档案。"),
    ),
}


def main():
    if not Path(FONT).exists():
        sys.exit(f"{FONT} is needed to draw the pictures.")
    PAPERS.mkdir(parents=True, exist_ok=True)
    for name, draw in DRAWN.items():
        stream = io.BytesIO()
        draw(stream)
        (PAPERS / name).write_bytes(stream.getvalue())
        print(f"{name}: {len(stream.getvalue()):,} bytes")


if __name__ == "__main__":
    main()
