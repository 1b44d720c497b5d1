"""Texts of signing in, of roles and of rights; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "sign_in.title": ("Sign in", "登录"),
    "sign_in.server": ("Server", "服务器"),
    "sign_in.login": ("Login", "登录名"),
    "sign_in.password": ("Password", "密码"),
    "sign_in.password_kept": ("kept in the keyring", "已保存在系统密钥环中"),
    "sign_in.remember": ("Remember the password", "记住密码"),
    "sign_in.remember_hint": (
        "It is kept in the system's keyring, never in a file.",
        "密码保存在系统密钥环中，不会写入文件。",
    ),
    "sign_in.no_keyring": (
        "This machine has no keyring: the password is asked for each time.",
        "本机没有密钥环：每次都需要输入密码。",
    ),
    "sign_in.submit": ("Sign in", "登录"),
    "sign_in.quit": ("Quit", "退出"),
    "sign_in.busy": ("Signing in…", "正在登录…"),
    "sign_in.show": ("Show the password", "显示密码"),
    "sign_in.hide": ("Hide the password", "隐藏密码"),
    "sign_in.back": ("Back to the desk", "返回工作台"),
    "sign_in.again": ("Sign in", "登录"),
    "sign_in.again_title": ("Sign in again", "重新登录"),
    "sign_in.late_password": (
        "The server does not accept your password any more; what you did is kept on this machine.",
        "服务器不再接受您的密码；您所做的内容已保存在本机。",
    ),
    "rights.changed": (
        (
            "An administrator has changed what you may do; what is not yours any more is closed. "
            "Sign in again for what is new."
        ),
        "管理员更改了您的权限；您不再有权使用的内容已关闭。新的权限请重新登录后使用。",
    ),
    "rights.more": (
        "An administrator has given you further rights; sign in again to use them.",
        "管理员为您增加了权限；请重新登录后使用。",
    ),
    "rights.barred": (
        (
            "An administrator has taken your right to work here away; "
            "what you did is kept on this machine."
        ),
        "管理员已取消您的使用权限；您所做的内容已保存在本机。",
    ),
    "rights.barred_title": ("Nothing here is yours to see", "此处没有您可查看的内容"),
    "sign_in.late_barred": (
        (
            "An administrator has taken your right to sign in away; "
            "what you did is kept on this machine."
        ),
        "管理员已取消您的登录权限；您所做的内容已保存在本机。",
    ),
    "sign_in.late_refused": (
        "The server does not let you in: {reason}. What you did is kept on this machine.",
        "服务器拒绝登录：{reason}。您所做的内容已保存在本机。",
    ),
    "field.login": ("Login", "登录名"),
    "field.password": ("Password", "密码"),
    "field.role": ("Role", "角色"),
    "field.department": ("Department", "部门"),
    "field.server": ("Server", "服务器"),
    "field.database: host": ("Host", "主机"),
    "field.database: port": ("Port", "端口"),
    "field.database: name": ("Name of the database", "数据库名"),
    "field.database: password": ("Password in the address", "地址中的密码"),
    "field.database: sslmode": ("TLS (sslmode)", "TLS 模式（sslmode）"),
    "field.database: option": ("Option", "选项"),
    "role.AGENT": ("Agent", "坐席"),
    "role.SUPERVISOR": ("Supervisor", "班长"),
    "role.CAMPAIGN_MANAGER": ("Campaign manager", "外呼主管"),
    "role.DEPARTMENT": ("Department", "部门"),
    "role.DEALER": ("Dealer", "经销商"),
    "role.DISPATCHER": ("Dispatcher", "派单员"),
    "role.ADMINISTRATOR": ("Administrator", "管理员"),
    "role.AUDITOR": ("Auditor", "审计员"),
    "right.TAKE_CALLS": ("take calls", "接听电话"),
    "right.SEE_CUSTOMERS": ("see customers", "查看客户"),
    "right.EDIT_CUSTOMERS": ("edit customers", "修改客户"),
    "right.IMPORT_CUSTOMERS": ("import customers", "导入客户"),
    "right.LOG_TICKETS": ("log tickets", "登记工单"),
    "right.MOVE_TICKETS": ("move tickets", "转移工单"),
    "right.RAISE_ORDERS": ("raise work orders", "发起派工单"),
    "right.CANCEL_ORDERS": ("cancel work orders", "取消派工单"),
    "right.DISPATCH_ORDERS": ("dispatch work orders", "派单"),
    "right.WORK_ON_ORDERS": ("work on orders", "处理派工单"),
    "right.REVIEW_REPORTS": ("review reports", "审核报告"),
    "right.VERIFY_ORDERS": ("verify work orders", "回访确认"),
    "right.CLOSE_UNREACHED": (
        "close orders of customers nobody reaches",
        "关闭无法联系客户的派工单",
    ),
    "right.APPROVE_CLAIMS": ("approve claims at the office", "办事处审批费用单"),
    "right.APPROVE_CLAIMS_AT_HQ": ("approve claims at headquarters", "总部审批费用单"),
    "right.SETTLE_CLAIMS": ("settle claims", "结算费用单"),
    "right.RUN_CAMPAIGNS": ("run campaigns", "管理外呼活动"),
    "right.SEE_FLOOR": ("see the floor", "查看现场"),
    "right.SEE_FIGURES": ("see figures", "查看指标"),
    "right.READ_LOG": ("read the log", "查看日志"),
    "right.EDIT_CATALOGUE": ("edit departments and categories", "修改部门和类别"),
    "right.MANAGE_PEOPLE": ("manage people", "管理人员"),
    "right.SIGN_IN": ("sign in", "登录"),
    "error.storage.unavailable.server_away.password": (
        (
            "No database server answers at {path}, and this is not the password "
            "with which “{login}” signed in here last"
        ),
        "{path} 处没有数据库服务器响应，且此密码不是“{login}”上次在本机登录时的密码",
    ),
    "error.storage.unavailable.server_away.expired": (
        (
            "No database server answers at {path}, and “{login}” last signed in here more than "
            "{days} days ago; without the server the desk opens no longer than that"
        ),
        (
            "{path} 处没有数据库服务器响应，且“{login}”上次在本机登录已超过 {days} 天；"
            "超过此期限后，没有服务器无法打开工作台"
        ),
    ),
    "error.storage.sign_in.person_disabled": (
        "“{login}” may not sign in to {path} any more; ask an administrator",
        "“{login}”已不能登录 {path}；请联系管理员",
    ),
}
