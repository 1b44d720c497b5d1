"""Texts of the ticket editor, the category tree and the follow-up choices; any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "ticket_editor.title_new": ("New ticket", "新建工单"),
    "ticket_editor.title_ticket": ("Ticket #{number}", "工单 #{number}"),
    "ticket_editor.title_join": ("Joins #{number}", "并入 #{number}"),
    "ticket_editor.draft_saved": ("Draft saved {time}", "草稿已存 {time}"),
    "ticket_editor.subject": ("Subject", "主题"),
    "ticket_editor.subject_hint": ("What is it about?", "什么问题？"),
    "ticket_editor.subject_missing": ("Enter a subject", "请输入主题"),
    "ticket_editor.category_id": ("Category", "类别"),
    "ticket_editor.category_none": ("Choose…", "请选择…"),
    "ticket_editor.category_tip": ("Type to find a category", "输入文字查找类别"),
    "ticket_editor.category_filter": ("Type to filter…", "输入以筛选…"),
    "ticket_editor.category_nothing": ("No category has these words", "没有匹配的类别"),
    "ticket_editor.category_missing": ("Choose a category", "请选择类别"),
    "ticket_editor.priority": ("Priority", "优先级"),
    "ticket_editor.product": ("Which product is it about?", "涉及哪件产品？"),
    "ticket_editor.no_product": ("About no product", "不涉及产品"),
    "ticket_editor.description": ("Description", "描述"),
    "ticket_editor.description_hint": (
        "What the customer said, what you did",
        "客户反映的情况和处理经过",
    ),
    "ticket_editor.resolution": ("How it goes on", "处理方式"),
    "ticket_editor.segments_tip": (
        "{label}: arrow keys or a number choose",
        "{label}：用方向键或数字选择",
    ),
    "ticket_editor.resolved_hint": ("Solved in this contact", "本次联系中解决"),
    "ticket_editor.goes_nowhere_yet": ("The category decides where it goes", "由类别决定派往何处"),
    "ticket_editor.goes_by_rules": (
        "The rules decide where it goes when it is saved",
        "保存时按规则派单",
    ),
    "ticket_editor.follow_up_tip": (
        "When you come back to the customer",
        "何时再联系客户",
    ),
    "ticket_editor.follow_up_past": (
        "Choose a time that is still to come",
        "请选择将来的时间",
    ),
    "ticket_editor.quick_times": ("Usual times", "常用时间"),
    "ticket_editor.in_2_hours": ("In 2 hours", "2 小时后"),
    "ticket_editor.tomorrow": ("Tomorrow morning", "明天上午"),
    "ticket_editor.in_2_days": ("In 2 days", "2 天后"),
    "ticket_editor.next_monday": ("Next Monday", "下周一"),
    "ticket_editor.resolve_now": ("Resolve now", "当场解决"),
    "ticket_editor.save_follow_up": ("Save follow-up", "保存跟进"),
    "ticket_editor.send_order": ("Send work order", "派出工单"),
    "ticket_editor.discard": ("Discard what is typed", "放弃已输入内容"),
    "ticket_editor.customer_missing": (
        "Choose who is calling first. What you typed stays here.",
        "请先确认来电客户，已输入的内容会保留。",
    ),
    "ticket_editor.saved": ("Ticket #{number} is saved", "工单 #{number} 已保存"),
    "ticket_editor.kept": (
        "The ticket is kept on this machine and will be saved",
        "工单已保存在本机，将自动提交",
    ),
    "ticket_editor.confirm": (
        "Ticket #{number} is saved as resolved. Does the customer say so?",
        "工单 #{number} 已按“已解决”保存。客户也认为已解决吗？",
    ),
    "ticket_editor.confirmed": (
        "The customer says that #{number} is solved",
        "客户已确认 #{number} 解决",
    ),
    "ticket_editor.reopened": (
        "#{number} is open again: choose how it goes on",
        "#{number} 已重开：请选择后续处理方式",
    ),
    "ticket_editor.join": ("Join it", "并入"),
    "ticket_editor.join_one": ("Join one…", "并入其一…"),
    "ticket_editor.join_undo": ("New ticket instead", "改为新建"),
    "ticket_editor.join_offer": (
        "Open: #{number} {subject}",
        "未结：#{number} {subject}",
    ),
    "ticket_editor.join_offer_several": (
        "{count} open ticket|{count} open tickets",
        "{count} 张未结工单",
    ),
    "ticket_editor.joins": (
        "This contact joins #{number}: {subject}",
        "本次联系并入 #{number}：{subject}",
    ),
}
