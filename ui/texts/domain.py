"""The domain's words on screen: states, reasons, outcomes and errors; pure data, any thread."""

from __future__ import annotations

from typing import Final

_AGENTS: Final[dict[str, tuple[str, str]]] = {
    "agent_state.LOGGED_OFF": ("Logged off", "已签出"),
    "agent_state.NOT_READY": ("Not ready", "示忙"),
    "agent_state.READY": ("Ready", "就绪"),
    "agent_state.BUSY": ("Talking", "通话中"),
    "agent_state.WORKING_AFTER_CALL": ("After-call work", "话后处理"),
    "busy_kind.ACD": ("Queue call", "队列来电"),
    "busy_kind.INBOUND": ("Direct call", "直拨来电"),
    "busy_kind.OUTBOUND": ("Outbound call", "外呼"),
    "busy_kind.INTERNAL": ("Internal call", "内部通话"),
    "not_ready_reason.NONE": ("No reason", "无原因"),
    "not_ready_reason.LOGGED_ON": ("Just logged on", "刚签入"),
    "not_ready_reason.NO_ANSWER": ("Call not answered", "未接来电"),
    "not_ready_reason.BREAK": ("Break", "小休"),
    "not_ready_reason.LUNCH": ("Lunch", "午餐"),
    "not_ready_reason.TRAINING": ("Training", "培训"),
    "not_ready_reason.MEETING": ("Meeting", "会议"),
    "not_ready_reason.BACK_OFFICE": ("Back office", "后台工作"),
    "not_ready_reason.TECHNICAL": ("Technical problem", "技术故障"),
}

_CALLS: Final[dict[str, tuple[str, str]]] = {
    "call_state.NULL": ("Ended", "已结束"),
    "call_state.INITIATED": ("Dialling", "拨号中"),
    "call_state.ALERTING": ("Ringing", "振铃中"),
    "call_state.CONNECTED": ("Connected", "通话中"),
    "call_state.HOLD": ("On hold", "保持中"),
    "call_state.QUEUED": ("In queue", "排队中"),
    "call_state.FAIL": ("Failed", "呼叫失败"),
    "call_direction.INBOUND": ("Incoming", "呼入"),
    "call_direction.OUTBOUND": ("Outgoing", "呼出"),
    "call_direction.INTERNAL": ("Internal", "内部"),
    "call_service.make_call": ("Call", "呼叫"),
    "call_service.answer_call": ("Answer", "接听"),
    "call_service.hold_call": ("Hold", "保持"),
    "call_service.retrieve_call": ("Retrieve", "取回"),
    "call_service.clear_connection": ("Hang up", "挂断"),
    "call_service.consultation_call": ("Consult", "咨询"),
    "call_service.alternate_call": ("Swap", "切换"),
    "call_service.reconnect_call": ("Back to caller", "返回客户"),
    "call_service.transfer_call": ("Transfer", "转接"),
    "call_service.single_step_transfer_call": ("Blind transfer", "直接转接"),
    "call_service.conference_call": ("Conference", "三方通话"),
    "call_service.deflect_call": ("Deflect", "转移来电"),
    "call_service.generate_digits": ("Send digits", "发送按键"),
    "event_cause.busy": ("Busy", "对方忙"),
    "event_cause.blocked": ("Refused", "被拒接"),
    "event_cause.noAnswer": ("No answer", "无人接听"),
    "event_cause.destNotObtainable": ("Not reachable", "无法接通"),
    "event_cause.callCancelled": ("Cancelled", "已取消"),
    "event_cause.networkSignal": ("Network fault", "网络故障"),
    "event_cause.abandoned": ("Caller hung up", "客户已挂断"),
}

_CONTACTS: Final[dict[str, tuple[str, str]]] = {
    "interaction_outcome.RINGING": ("Ringing", "振铃中"),
    "interaction_outcome.TALKING": ("Talking", "通话中"),
    "interaction_outcome.ANSWERED": ("Answered", "已接听"),
    "interaction_outcome.MISSED": ("Missed", "未接"),
    "interaction_outcome.ABANDONED": ("Abandoned", "客户放弃"),
    "interaction_outcome.DIVERTED": ("Diverted", "已转移"),
    "interaction_outcome.TRANSFERRED": ("Transferred", "已转接"),
    "interaction_outcome.FAILED": ("Failed", "呼叫失败"),
    "interaction_outcome.DESK_LOST": ("Desk lost", "坐席掉线"),
    "disposition.RESOLVED": ("Resolved", "已解决"),
    "disposition.FOLLOW_UP": ("Follow-up", "需跟进"),
    "disposition.WORK_ORDER": ("Work order", "已派工"),
    "disposition.INFORMATION": ("Information", "咨询答复"),
    "disposition.TRANSFERRED": ("Transferred", "已转接"),
    "disposition.COMPLAINT": ("Complaint", "投诉"),
    "disposition.WRONG_NUMBER": ("Wrong number", "打错电话"),
    "disposition.CALL_DROPPED": ("Call dropped", "通话中断"),
    "disposition.NOT_REACHED": ("Not reached", "未联系上"),
    "disposition.VERIFIED": ("Verified", "已回访确认"),
    "timeline_kind.CALL": ("Call", "通话"),
    "timeline_kind.TICKET": ("Ticket", "工单"),
    "timeline_kind.ORDER": ("Work order", "派工单"),
    "timeline_kind.NOTE": ("Note", "备注"),
    "timeline_kind.STEP": ("Order step", "派工进展"),
    "channel.voice-in": ("Incoming", "来电"),
    "channel.voice-out": ("Outgoing", "去电"),
}

_CUSTOMERS: Final[dict[str, tuple[str, str]]] = {
    "tier.STANDARD": ("Standard", "普通"),
    "tier.SILVER": ("Silver", "银卡"),
    "tier.GOLD": ("Gold", "金卡"),
    "tier.VIP": ("VIP", "贵宾"),
    "contact_kind.PHONE": ("Phone", "电话"),
    "contact_kind.EMAIL": ("Email", "邮箱"),
    "search_kind.CUSTOMER": ("Customer", "客户"),
    "search_kind.TICKET": ("Ticket", "工单"),
    "match_level.KNOWN": ("Known caller", "已识别"),
    "match_level.MAYBE": ("Possible matches", "可能的客户"),
    "match_level.UNKNOWN": ("Unknown number", "陌生号码"),
    "match_level.ANONYMOUS": ("Number withheld", "号码未显示"),
    "match_reason.exact_number": ("Exact number {value}", "号码完全一致 {value}"),
    "match_reason.last_digits": ("Last digits match {value}", "号码尾数一致 {value}"),
    "match_reason.number_in_note": ("{value} stands in a note", "备注中出现 {value}"),
    "match_reason.shared_number": (
        "Number shared by {value} customers",
        "{value} 位客户共用此号码",
    ),
    "match_reason.open_ticket": ("Open ticket {value}", "未结工单 {value}"),
    "match_reason.open_order": ("Open work order {value}", "进行中的派工单 {value}"),
    "match_reason.we_called": ("We called this number {value}", "我方曾拨打此号码 {value}"),
    "match_reason.called_recently": ("Called us {value}", "曾来电 {value}"),
    "match_reason.primary_number": ("Primary number", "首选号码"),
}

_TICKETS: Final[dict[str, tuple[str, str]]] = {
    "ticket_state.OPEN": ("Open", "处理中"),
    "ticket_state.RESOLVED": ("Resolved", "已解决"),
    "ticket_state.PENDING": ("Pending", "待派工"),
    "ticket_state.VERIFYING": ("To verify", "待回访"),
    "ticket_state.CLOSED": ("Closed", "已关闭"),
    "ticket_state.REOPENED": ("Reopened", "已重开"),
    "priority.P1": ("P1 · Urgent", "P1 · 紧急"),
    "priority.P2": ("P2 · High", "P2 · 高"),
    "priority.P3": ("P3 · Normal", "P3 · 普通"),
    "priority.P4": ("P4 · Low", "P4 · 低"),
    "resolution.RESOLVED_NOW": ("Resolved now", "当场解决"),
    "resolution.FOLLOW_UP": ("Follow-up", "稍后跟进"),
    "resolution.WORK_ORDER": ("Work order", "派工"),
    "work_order_state.DRAFT": ("Draft", "草稿"),
    "work_order_state.PENDING_DISPATCH": ("To dispatch", "待派单"),
    "work_order_state.ASSIGNED": ("Assigned", "已派单"),
    "work_order_state.DECLINED": ("Declined", "已退单"),
    "work_order_state.ACCEPTED": ("Accepted", "已接单"),
    "work_order_state.IN_PROGRESS": ("In progress", "施工中"),
    "work_order_state.ON_HOLD": ("On hold", "暂停"),
    "work_order_state.REPORTED": ("Reported", "已回单"),
    "work_order_state.VERIFYING": ("To verify", "待回访"),
    "work_order_state.CLOSED": ("Closed", "已关闭"),
    "work_order_state.CANCELLED": ("Cancelled", "已取消"),
    "report_outcome.SOLVED": ("Solved", "已解决"),
    "report_outcome.NOT_SOLVED": ("Not solved", "未解决"),
    "message_kind.INFORMATION": ("Information", "补充信息"),
    "message_kind.REMINDER": ("Reminder", "催办"),
    "message_kind.CONSENT": ("Consent to cancel", "同意取消"),
    "draft_kind.TICKET": ("Ticket", "工单"),
    "draft_kind.CUSTOMER": ("Customer record", "客户资料"),
    "draft_kind.NOTE": ("Note", "备注"),
    "draft_kind.DISPOSITION": ("Call result", "通话结果"),
    "draft_kind.REPORT": ("Work report", "施工回单"),
    "draft_kind.ORDER_STEP": ("Step of a work order", "派工单操作"),
    "draft_kind.PRODUCT": ("Product of a customer", "客户产品"),
    "draft_kind.ATTACHMENTS": ("Files not added yet", "尚未添加的附件"),
}

_CLAIMS: Final[dict[str, tuple[str, str]]] = {
    "claim_kind.EXPENSE": ("Expense claim", "费用单"),
    "claim_kind.SUPPLIER": ("Supplier claim", "供应商索赔"),
    "claim_state.SUBMITTED": ("Submitted", "已提交"),
    "claim_state.OFFICE_APPROVED": ("Office approved", "办事处已审批"),
    "claim_state.HQ_APPROVED": ("HQ approved", "总部已审批"),
    "claim_state.SETTLED": ("Settled", "已结算"),
    "claim_state.SENT_BACK": ("Sent back", "已退回"),
    "item_kind.PART": ("Part", "配件"),
    "item_kind.LABOUR": ("Labour", "人工"),
    "item_kind.TRAVEL": ("Travel", "差旅"),
    "item_kind.SERVICE": ("Service item", "服务项目"),
    "item_kind.CHARGE": ("Charge", "收费"),
    "liability.SUPPLIER": ("supplier", "供应商"),
    "liability.DEALER": ("dealer", "经销商"),
    "liability.CUSTOMER": ("customer", "客户"),
    "liability.OURSELVES": ("ourselves", "我方"),
}

_ERRORS: Final[dict[str, tuple[str, str]]] = {
    "error.error": ("Something went wrong", "出现了问题"),
    "error.input": (
        "{field}: “{value}” is not accepted. Accepted: {accepted}",
        "{field}：不接受“{value}”。可接受：{accepted}",
    ),
    "error.input.number": (
        "{field}: “{value}” is not a telephone number. Accepted: {accepted}",
        "{field}：“{value}”不是电话号码。可接受：{accepted}",
    ),
    "error.input.attachment_size": (
        "“{value}” has {size_mb} MB. A file has at most {most_mb} MB and is not empty",
        "“{value}”有 {size_mb} MB。附件不能为空，最大 {most_mb} MB",
    ),
    "error.input.attachment_type": (
        "“{value}” is not accepted, or is not what its name says. Accepted: {accepted}",
        "不接受“{value}”，或其内容与文件名不符。可接受：{accepted}",
    ),
    "error.input.digits": (
        "{field}: “{value}” cannot be sent as digits. Accepted: {accepted}",
        "{field}：“{value}”不能作为按键发送。可接受：{accepted}",
    ),
    "error.input.configuration": (
        "{file}: {field}: “{value}” is not accepted. Accepted: {accepted}",
        "{file}：{field}：不接受“{value}”。可接受：{accepted}",
    ),
    "error.input.import_file": (
        "{file}: {field}: “{value}” is not accepted. Accepted: {accepted}",
        "{file}：{field}：不接受“{value}”。可接受：{accepted}",
    ),
    "error.refusal": ("This is not possible now", "现在无法执行"),
    "error.refusal.transition": (
        "{subject} is {state}; it cannot become {target}. Possible now: {allowed}",
        "{subject}当前为“{state}”，不能变为“{target}”。现在可以：{allowed}",
    ),
    "error.refusal.closing_gate": (
        "{subject} cannot be closed yet: {missing}",
        "{subject}还不能关闭：{missing}",
    ),
    "error.refusal.approval": (
        "{subject} was approved by {actor} already; the second approval is another person's",
        "{subject}已由 {actor} 审批；第二次审批须由他人进行",
    ),
    "error.refusal.stale": (
        "{subject} was changed meanwhile (yours is version {mine}, saved is {theirs})",
        "{subject}已被他人修改（您的版本 {mine}，已保存版本 {theirs}）",
    ),
    "error.refusal.reserved": (
        "{subject} is for {owner}, unless the customer calls you or {owner} is away",
        "{subject}由 {owner} 负责回访；客户主动来电或 {owner} 不在岗时才可代办",
    ),
    "error.refusal.too_soon": (
        "{subject} was hurried lately; the next time is possible from {next_at} on",
        "{subject}近期已催办；{next_at} 起可再次催办",
    ),
    "error.refusal.too_often": (
        "{subject} was hurried {most} times already; ask a supervisor to look after it",
        "{subject}已催办 {most} 次；请由班长跟进",
    ),
    "error.refusal.order_done": (
        "{subject} is {state}: there is no department that works on it now",
        "{subject}当前为“{state}”，没有部门在处理",
    ),
    "error.refusal.rights": (
        "{role} has no right to {action}; ask an administrator for it",
        "{role} 没有{action}的权限；请向管理员申请",
    ),
    "error.refusal.rights.missing_role": (
        "{role} has no right to {action}; it takes {needed}",
        "{role} 没有{action}的权限；需要：{needed}",
    ),
    "error.refusal.stale_claim": (
        "{subject} is no longer yours: it was given to somebody else meanwhile",
        "{subject}已不归您处理：期间已转交他人",
    ),
    "error.refusal.content_missing": (
        "The content of “{name}” is missing or damaged in {place}",
        "“{name}”的内容在 {place} 中缺失或已损坏",
    ),
    "error.refusal.upload_cancelled": ("“{name}” was not added", "未添加“{name}”"),
    "error.refusal.not_found": ("{subject} {id} does not exist", "{subject} {id} 不存在"),
    "error.switch": ("The telephone refused: {reason}", "电话系统拒绝：{reason}"),
    "error.switch.unknown_call": ("Call {call_id} is gone", "通话 {call_id} 已不存在"),
    "error.switch.call_state": (
        "{service} is not possible while the call is {state}. Possible now: {allowed}",
        "通话处于“{state}”时不能“{service}”。现在可以：{allowed}",
    ),
    "error.switch.destination": (
        "“{value}” cannot be reached. Accepted: {accepted}",
        "无法接通“{value}”。可接受：{accepted}",
    ),
    "error.switch.peer_refused": (
        "The other side did not agree to “{service}” ({status} {reason})",
        "对方未同意“{service}”（{status} {reason}）",
    ),
    "error.switch.no_sound": ("The call has no sound: {reason}", "通话没有声音：{reason}"),
    "error.switch.line_away": (
        "{account} has no connection to its exchange. See Settings, Telephone",
        "{account} 未连接到交换机。请查看“设置”中的“电话”",
    ),
    "error.switch.unprotected_line": (
        "“{value}” must be encrypted all the way, which {account} cannot do. Accepted: TLS or WSS",
        "“{value}”须全程加密，账户 {account} 无法做到。可接受：TLS 或 WSS",
    ),
    "error.switch.agent_state": (
        "An agent who is {state} cannot become {target}. Possible now: {allowed}",
        "坐席处于“{state}”时不能变为“{target}”。现在可以：{allowed}",
    ),
    "error.export": (
        "The file {path} cannot be written: {reason}",
        "无法写入文件 {path}：{reason}",
    ),
    "error.export.disk_full": (
        "The disk is full, {path} was not written; free some space or choose another place",
        "磁盘已满，未写入 {path}；请释放空间或选择其他位置",
    ),
    "error.storage": (
        "The database {path} failed; nothing was changed",
        "数据库 {path} 出错，未做任何更改",
    ),
    "error.storage.unavailable": (
        "The database {path} cannot be opened: {reason}",
        "无法打开数据库 {path}：{reason}",
    ),
    "error.storage.unavailable.server_away": (
        (
            "No database server answers at {path}; "
            "check the address and the network, or ask an administrator whether it runs"
        ),
        "{path} 处没有数据库服务器响应；请检查地址和网络，或询问管理员服务器是否在运行",
    ),
    "error.storage.unavailable.server_full": (
        (
            "The database server of {path} has no free connection; "
            "try again in a minute, or ask an administrator to allow more"
        ),
        "{path} 的数据库服务器没有空闲连接；请稍后重试，或请管理员增加连接数",
    ),
    "error.storage.unavailable.commit_unknown": (
        (
            "The database {path} went away while it saved; "
            "only when it is back can be seen whether the change is there"
        ),
        "数据库 {path} 在保存时断开；恢复连接后才能确认更改是否已保存",
    ),
    "error.storage.timeout": (
        "The database {path} did not answer within {seconds} s",
        "数据库 {path} 在 {seconds} 秒内没有响应",
    ),
    "error.storage.not_a_database": (
        "{path} is not an Agent Desk database. Accepted: {accepted}",
        "{path} 不是 Agent Desk 数据库。可接受：{accepted}",
    ),
    "error.storage.read_only": (
        "The database {path} is read-only; give it write permission or choose another file",
        "数据库 {path} 为只读；请授予写权限或选择其他文件",
    ),
    "error.storage.read_only.server": (
        (
            "The database server of {path} takes no changes; "
            "ask an administrator which server is the primary one"
        ),
        "{path} 的数据库服务器不接受更改；请向管理员询问哪一台是主服务器",
    ),
    "error.storage.locked": (
        "The database {path} is locked by another program (waited {seconds} s)",
        "数据库 {path} 被其他程序锁定（已等待 {seconds} 秒）",
    ),
    "error.storage.in_use": (
        (
            "The database {path} is already open in another desk ({owner}); "
            "close it there or choose another file"
        ),
        "数据库 {path} 已在另一个工作台（{owner}）中打开；请先在那里关闭或选择其他文件",
    ),
    "error.storage.newer_schema": (
        (
            "The database {path} was written by a newer version (schema {found}, "
            "this program knows {known}); install that version"
        ),
        "数据库 {path} 由更新的版本写入（结构 {found}，本程序支持 {known}）；请安装新版本",
    ),
    "error.storage.older_schema": (
        (
            "The database {path} is older than this program (schema {found}, needed is {known}); "
            "ask an administrator to run: agent-desk-cli db upgrade"
        ),
        (
            "数据库 {path} 比本程序旧（结构 {found}，需要 {known}）；"
            "请管理员运行：agent-desk-cli db upgrade"
        ),
    ),
    "error.storage.missing_database": (
        (
            "The server of {path} has no database “{name}”; "
            "check the address, or ask an administrator to create it"
        ),
        "{path} 的服务器上没有数据库“{name}”；请检查地址，或请管理员创建",
    ),
    "error.storage.sign_in": (
        (
            "{path} does not accept the login “{login}” with this password; "
            "check both, or ask an administrator for a new password"
        ),
        "{path} 不接受登录名“{login}”和此密码；请检查两者，或请管理员重设密码",
    ),
    "error.storage.sign_in.host": (
        (
            "{path} does not let “{login}” in from this machine; "
            "ask an administrator to allow it (pg_hba.conf)"
        ),
        "{path} 不允许“{login}”从本机登录；请管理员放行（pg_hba.conf）",
    ),
    "error.storage.certificate": (
        (
            "The certificate of {path} is not accepted ({reason}); "
            "check the address and the root certificate, or ask an administrator"
        ),
        "{path} 的证书不被接受（{reason}）；请检查地址和根证书，或询问管理员",
    ),
    "error.storage.certificate.expired": (
        (
            "The certificate of {path} has expired; "
            "ask an administrator to renew it, and check this machine's clock"
        ),
        "{path} 的证书已过期；请管理员更新证书，并检查本机时钟",
    ),
    "error.storage.encryption_missing": (
        "The database server of {path} offers no TLS; ask an administrator to turn it on",
        "{path} 的数据库服务器不提供 TLS；请管理员启用",
    ),
    "error.storage.content_folder": (
        "The folder {path} of the attachments cannot be used: {reason}",
        "无法使用附件文件夹 {path}：{reason}",
    ),
    "error.storage.pool_mode": (
        (
            "The connection pool of {path} forgets prepared statements; ask an administrator for "
            "pool_mode = session, or for pgbouncer 1.21 or newer with max_prepared_statements = 200"
        ),
        (
            "{path} 的连接池不保留预备语句；请管理员设置 pool_mode = session，"
            "或使用 pgbouncer 1.21 及以上版本并设置 max_prepared_statements = 200"
        ),
    ),
    "error.storage.missing_program": (
        "This needs the program {program}; install the package {package}",
        "此操作需要程序 {program}；请安装软件包 {package}",
    ),
    "error.storage.disk_full": (
        "The disk with {path} is full; free some space, nothing was lost",
        "{path} 所在磁盘已满；请释放空间，数据没有丢失",
    ),
}

_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "field.number": ("Number", "号码"),
    "field.digits": ("Digits", "按键"),
    "field.name": ("Name", "姓名"),
    "field.email": ("Email", "邮箱"),
    "field.subject": ("Subject", "主题"),
    "field.category_id": ("Category", "类别"),
    "field.description": ("Description", "描述"),
    "field.follow_up_at": ("Follow-up", "跟进时间"),
    "field.reason": ("Reason", "原因"),
    "field.text": ("Text", "内容"),
    "field.started_at": ("Start", "开始时间"),
    "field.ended_at": ("End", "结束时间"),
    "field.done": ("What was done", "处理内容"),
    "field.why_not_solved": ("Why not solved", "未解决原因"),
    "field.technician": ("Technician", "施工人员"),
    "field.technician_phone": ("Technician's phone", "施工人员电话"),
    "field.arrived_at": ("On site since", "到场时间"),
    "field.items": ("Lines", "明细"),
    "field.attachment": ("File", "附件"),
    "field.faulty.part": ("Faulty part", "故障件"),
    "field.faulty.supplier": ("Supplier", "供应商"),
    "field.language": ("Language", "语言"),
    "field.region": ("Region", "地区"),
}

_TIMES: Final[dict[str, tuple[str, str]]] = {
    "span.minutes": ("{minutes} min", "{minutes} 分钟"),
    "span.hours": ("{hours} h {minutes} min", "{hours} 小时 {minutes} 分"),
    "span.whole_hours": ("{hours} h", "{hours} 小时"),
    "span.days": ("{days} d {hours} h", "{days} 天 {hours} 小时"),
    "span.whole_days": ("{days} d", "{days} 天"),
    "moment.today": ("Today {time}", "今天 {time}"),
    "moment.yesterday": ("Yesterday {time}", "昨天 {time}"),
    "moment.tomorrow": ("Tomorrow {time}", "明天 {time}"),
    "moment.this_year": ("{day} {month} {time}", "{month}{day}日 {time}"),
    "moment.other_year": ("{day} {month} {year} {time}", "{year}年{month}{day}日 {time}"),
    "moment.date": ("{day} {month} {year}", "{year}年{month}{day}日"),
    "month.1": ("Jan", "1月"),
    "month.2": ("Feb", "2月"),
    "month.3": ("Mar", "3月"),
    "month.4": ("Apr", "4月"),
    "month.5": ("May", "5月"),
    "month.6": ("Jun", "6月"),
    "month.7": ("Jul", "7月"),
    "month.8": ("Aug", "8月"),
    "month.9": ("Sep", "9月"),
    "month.10": ("Oct", "10月"),
    "month.11": ("Nov", "11月"),
    "month.12": ("Dec", "12月"),
    "list.separator": (", ", "、"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {
    **_AGENTS,
    **_CALLS,
    **_CONTACTS,
    **_CUSTOMERS,
    **_TICKETS,
    **_CLAIMS,
    **_ERRORS,
    **_FIELDS,
    **_TIMES,
}
