"""Texts of the knowledge base: hits while typing, the reader, the page; plain data, any thread."""

from __future__ import annotations

from typing import Final

_RIGHTS: Final[dict[str, tuple[str, str]]] = {
    "right.READ_ARTICLES": ("read articles", "阅读知识"),
    "right.WRITE_ARTICLES": ("write articles", "编写知识"),
    "right.REVIEW_ARTICLES": ("review articles", "审核知识"),
    "error.refusal.author_review": (
        "{subject} was written by {author}; somebody else reviews it",
        "{subject}由 {author} 编写；须由他人审核",
    ),
    "error.refusal.foreign_draft": (
        "{subject} is being written by {author}; only they or a reviewer go on with it",
        "{subject}正由 {author} 编写；只有作者本人或审核人可以继续",
    ),
    "article_state.DRAFT": ("Draft", "草稿"),
    "article_state.IN_REVIEW": ("In review", "审核中"),
    "article_state.PUBLISHED": ("Published", "已发布"),
    "article_state.RETIRED": ("Retired", "已停用"),
    "kept.what.SaveArticle": ("Article written", "知识：编写"),
    "kept.what.SubmitArticle": ("Article submitted for review", "知识：提交审核"),
    "kept.what.PublishArticle": ("Article published", "知识：发布"),
    "kept.what.SendArticleBack": ("Article sent back", "知识：退回"),
    "kept.what.RetireArticle": ("Article retired", "知识：停用"),
    "kept.what.UseArticle": ("Article used for a ticket", "知识：用于工单"),
    "kept.what.RateArticle": ("Article rated", "知识：评价"),
}

_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "field.title": ("Title", "标题"),
    "field.title_en": ("Title (English)", "标题（英文）"),
    "field.title_zh": ("Title (Chinese)", "标题（中文）"),
    "field.problem_en": ("Problem (English)", "问题（英文）"),
    "field.problem_zh": ("Problem (Chinese)", "问题（中文）"),
    "field.cause_en": ("Cause (English)", "原因（英文）"),
    "field.cause_zh": ("Cause (Chinese)", "原因（中文）"),
    "field.fix_en": ("Fix (English)", "解决办法（英文）"),
    "field.fix_zh": ("Fix (Chinese)", "解决办法（中文）"),
    "field.remark": ("Remark", "备注"),
    "field.order": ("Work order", "派工单"),
}

_READING: Final[dict[str, tuple[str, str]]] = {
    "article.problem": ("Problem", "问题"),
    "article.cause": ("Cause", "原因"),
    "article.fix": ("Fix", "解决办法"),
    "article.products": ("Products: {products}", "产品：{products}"),
    "article.version": ("Version {number} · {when}", "版本 {number} · {when}"),
    "article.solved": ("solved {count} call|solved {count} calls", "已解决 {count} 次"),
    "article.solved_short": ("{count} ✓", "{count} ✓"),
    "article.used": ("used {count} time|used {count} times", "使用 {count} 次"),
    "article.helped": ("helped {percent} %", "有帮助 {percent}%"),
    "article.unused": ("not used yet", "尚未使用"),
    "article.language": ("Language of the article", "知识语言"),
    "article.language_en": ("English", "English"),
    "article.language_zh": ("中文", "中文"),
    "article.only_other": (
        "There is no text in your language yet",
        "暂无您所选语言的文本",
    ),
    "article.kept": (
        "The database is away: this is what you read here last",
        "数据库暂不可用：显示您上次在此阅读的内容",
    ),
    "article.retired": ("An article that is retired by now", "已停用的知识"),
}

_HITS: Final[dict[str, tuple[str, str]]] = {
    "article_hits.title": ("May solve it", "可能的解决办法"),
    "article_hits.name": ("Articles that may solve it", "可能解决问题的知识"),
    "article_hits.solved_by": ("Solved with: {title}", "已用此知识解决：{title}"),
    "article_hits.used": ("Read for it: {title}", "已参考：{title}"),
    "article_reader.title": ("Article", "知识"),
    "article_reader.solved": ("This solved it", "就是这个，已解决"),
    "article_reader.helpful": ("Did it help?", "有帮助吗？"),
    "article_reader.helped": ("Helped", "有帮助"),
    "article_reader.not_helped": ("Did not help", "没有帮助"),
    "article_reader.remark_hint": ("What is missing? (optional)", "缺少什么？（可选）"),
    "article_reader.thanks": ("Noted with the ticket", "已随工单记录"),
    "article_reader.close": ("Close", "关闭"),
    "article_reader.loading": ("Loading the article…", "正在加载知识…"),
    "article_reader.newer": ("A newer version has just been published", "刚刚发布了新版本"),
    "article_reader.show_newer": ("Show it", "显示新版本"),
    "article_reader.withdrawn": ("This article has just been withdrawn", "此知识刚刚已停用"),
    "article_reader.gone": ("This article cannot be read now", "现在无法阅读此知识"),
}

_PAGE: Final[dict[str, tuple[str, str]]] = {
    "nav.knowledge": ("Knowledge", "知识库"),
    "shortcut.page.knowledge": ("Knowledge page", "知识库页面"),
    "shortcut.ticket.hits": ("Articles that may solve it", "可能解决问题的知识"),
    "shortcut.ticket.article_solved": ("The article solved it", "此知识解决了问题"),
    "knowledge.title": ("Knowledge", "知识库"),
    "knowledge.search": ("Search articles", "搜索知识"),
    "knowledge.search_hint": (
        "Words, characters or pinyin",
        "文字、汉字或拼音",
    ),
    "knowledge.new": ("New article", "新建知识"),
    "knowledge.to_review": ("To review", "待审核"),
    "knowledge.mine": ("Mine", "我的"),
    "knowledge.published": ("Published", "已发布"),
    "knowledge.empty": ("No article found", "没有找到知识"),
    "knowledge.empty_text": (
        "Try fewer or other words. What you solve can become the first article about it.",
        "请减少或更换关键词。您解决的问题可以成为第一篇相关知识。",
    ),
    "knowledge.loading": ("Loading articles…", "正在加载知识…"),
    "knowledge.unavailable": ("Articles are not available", "知识库暂不可用"),
    "knowledge.retry": ("Try again", "重试"),
    "knowledge.nothing_marked": ("Choose an article", "请选择知识"),
    "knowledge.by": ("by {author}", "作者 {author}"),
    "knowledge.edit": ("Edit", "编辑"),
    "knowledge.revise": ("Revise", "修订"),
    "knowledge.submit": ("Submit for review", "提交审核"),
    "knowledge.publish": ("Publish", "发布"),
    "knowledge.send_back": ("Send back", "退回"),
    "knowledge.retire": ("Retire", "停用"),
    "knowledge.reason_hint": ("Why? The author reads it", "原因？作者会看到"),
    "knowledge.reason_missing": ("Say why", "请填写原因"),
    "knowledge.confirm_send_back": ("Send back", "确认退回"),
    "knowledge.confirm_retire": ("Retire", "确认停用"),
    "knowledge.cancel": ("Cancel", "取消"),
    "knowledge.sent_back": ("Sent back: {reason}", "退回原因：{reason}"),
    "knowledge.retired_because": ("Retired: {reason}", "停用原因：{reason}"),
    "knowledge.own_review": (
        "You wrote this: somebody else reviews it",
        "这是您编写的：须由他人审核",
    ),
    "knowledge.compare": ("Compare with", "对比"),
    "knowledge.no_compare": ("No comparison", "不对比"),
    "knowledge.version_line": (
        "Version {number}, {author}, {when}",
        "版本 {number}，{author}，{when}",
    ),
    "knowledge.read_now": ("(agents read this)", "（坐席当前可见）"),
    "knowledge.form_new": ("New article", "新建知识"),
    "knowledge.form_edit": ("Edit the article", "编辑知识"),
    "knowledge.form_from_order": ("Article about order #{number}", "派工单 #{number} 的知识"),
    "knowledge.category": ("Category", "类别"),
    "knowledge.products": ("Products, separated by commas", "产品，用逗号分隔"),
    "knowledge.field_title": ("Title", "标题"),
    "knowledge.field_problem": ("Problem", "问题"),
    "knowledge.field_cause": ("Cause (if known)", "原因（如已知）"),
    "knowledge.field_fix": ("Fix", "解决办法"),
    "knowledge.save": ("Save draft", "保存草稿"),
    "knowledge.save_and_submit": ("Save and submit", "保存并提交"),
    "knowledge.changed_elsewhere": (
        "Somebody else has just changed this article",
        "其他人刚刚修改了此知识",
    ),
    "knowledge.withdrawn_elsewhere": (
        "“{title}” has just been withdrawn by somebody else",
        "“{title}”刚刚被其他人停用",
    ),
    "knowledge.saved": ("Saved as version {number}", "已保存为版本 {number}"),
    "knowledge.kept": (
        "Kept on this machine; it is saved as soon as the database is back",
        "已保存在本机；数据库恢复后自动提交",
    ),
    "knowledge.propose": ("Propose an article", "提议知识"),
    "knowledge.articles": ("Articles used", "已用知识"),
    "knowledge.link_solved": ("{title} · solved it", "{title} · 已解决"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {**_RIGHTS, **_FIELDS, **_READING, **_HITS, **_PAGE}
