"""Why an order goes where it goes, and the rules' fields; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "routing.sent_to": ("Sent to {name}: {reasons}", "已派给{name}：{reasons}"),
    "routing.to_dispatcher": ("To the dispatcher: {reasons}", "交派单员：{reasons}"),
    "routing.would_go_to": ("Goes to {name}: {reasons}", "将派给{name}：{reasons}"),
    "routing.would_go_to_dispatcher": (
        "A dispatcher will assign it: {reasons}",
        "由派单员分派：{reasons}",
    ),
    "routing.brief": ("{name}: {reasons}", "{name}：{reasons}"),
    "routing.tomorrow": ("tomorrow {time}", "明天 {time}"),
    "routing_reason.category": ("category {value}", "类别 {value}"),
    "routing_reason.region": ("region {value}", "区域 {value}"),
    "routing_reason.product": ("product {value}", "产品 {value}"),
    "routing_reason.tier": ("{value} customer", "{value}客户"),
    "routing_reason.priority": ("priority {value}", "优先级 {value}"),
    "routing_reason.every_order": ("takes every order", "接收所有派工单"),
    "routing_reason.open_until": ("open until {time}", "营业至 {time}"),
    "routing_reason.always_open": ("always open", "全天营业"),
    "routing_reason.opens_at": ("opens {time}", "{time} 开始营业"),
    "routing_reason.least_busy": ("least busy with {load} open", "未结 {load} 单，最空闲"),
    "routing_reason.no_rule": ("no rule fits", "没有匹配的规则"),
    "routing_reason.no_department": (
        "no department for the category {value}",
        "类别“{value}”没有对应部门",
    ),
    "routing_reason.by_hand": ("chosen by a dispatcher", "由派单员指定"),
    "routing_reason.nobody_free": ("nobody can take it now", "目前无人可接单"),
    "routing_reason.unknown": ("{name} is unknown", "{name} 不存在"),
    "routing_reason.inactive": ("{name} has closed down", "{name} 已停业"),
    "routing_reason.declined": ("{name} declined", "{name} 已拒单"),
    "routing_reason.full": ("{name} is full with {load} open", "{name} 已满，未结 {load} 单"),
    "routing_reason.closed": ("{name} is closed and opens {time}", "{name} 休息，{time} 开始营业"),
    "routing_then.full": ("{name} was full", "{name} 当时已满"),
    "routing_then.closed": ("{name} was closed", "{name} 当时休息"),
    "field.assignees": ("Sent to", "派给"),
    "field.categories": ("Categories", "类别"),
    "field.regions": ("Regions", "区域"),
    "field.products": ("Products", "产品"),
    "right.ACKNOWLEDGE_ESCALATIONS": ("acknowledge escalations", "确认升级提醒"),
}
