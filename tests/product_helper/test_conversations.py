"""Conversations and their messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from product_helper.errors import ConversationsProjectIdUnknown, MessagesConversationIdUnknown
from product_helper.models import Conversation, ConversationImport, MessageImport, NewMessage

from .conftest import Api


def _talk(conversation: Conversation, count: int) -> list[NewMessage]:
    return [
        NewMessage(conversation_id=conversation.id, role="user" if n % 2 else "assistant", content=f"No. {n}")
        for n in range(count)
    ]


async def test_a_conversation_needs_no_title(api: Api) -> None:
    conversation = await api.conversation()
    assert conversation.title is None
    assert await api.conversations.get_conversation(id=conversation.id) == conversation


async def test_a_conversation_about_an_unknown_project_is_a_typed_error(api: Api) -> None:
    with pytest.raises(ConversationsProjectIdUnknown):
        await api.conversations.create_conversation(project_id=uuid4())


async def test_conversations_are_listed_latest_first_page_by_page(api: Api) -> None:
    project = await api.project()
    added = [await api.conversation(project, f"No. {n}") for n in range(3)]
    assert await api.conversations.list_conversations(project_id=project.id) == added[::-1]
    assert await api.conversations.list_conversations(project_id=project.id, limit=1, offset=1) == [added[1]]


async def test_a_conversation_has_its_messages_in_order(api: Api) -> None:
    conversation = await api.conversation()
    added = await api.messages.add_messages(messages=_talk(conversation, 20))
    whole = await api.conversations.get_conversation_with_messages(id=conversation.id)
    assert whole.messages == added
    assert [each.content for each in whole.messages] == [f"No. {n}" for n in range(20)]


async def test_a_conversation_that_has_not_begun_has_no_messages(api: Api) -> None:
    conversation = await api.conversation()
    whole = await api.conversations.get_conversation_with_messages(id=conversation.id)
    assert whole.messages == []
    assert await api.messages.get_last_message(conversation_id=conversation.id) is None


async def test_summaries_count_messages_also_where_there_are_none(api: Api) -> None:
    project = await api.project()
    silent, talked = await api.conversation(project, "Silent"), await api.conversation(project, "Talked")
    added = await api.messages.add_messages(messages=_talk(talked, 3))
    summaries = await api.conversations.list_conversation_summaries(project_id=project.id)
    assert [(each.id, each.message_count, each.last_message_at) for each in summaries] == [
        (talked.id, 3, added[-1].created_at),
        (silent.id, 0, None),
    ]


async def test_a_title_can_be_given_and_taken_away(api: Api) -> None:
    conversation = await api.conversation()
    assert await api.conversations.rename_conversation(id=conversation.id, title="Tides") == 1
    assert (await api.conversations.get_conversation(id=conversation.id)).title == "Tides"
    assert await api.conversations.rename_conversation(id=conversation.id, title=None) == 1
    assert (await api.conversations.get_conversation(id=conversation.id)).title is None
    assert await api.conversations.rename_conversation(id=uuid4(), title="Nobody's") == 0


async def test_deleting_a_conversation_takes_its_messages_along(api: Api) -> None:
    conversation = await api.conversation()
    await api.messages.add_messages(messages=_talk(conversation, 3))
    assert await api.conversations.delete_conversation(id=conversation.id) == 1
    assert await api.conversations.delete_conversation(id=conversation.id) == 0
    assert await api.messages.list_messages(conversation_id=conversation.id) == []


async def test_one_message_comes_back_as_it_was_stored(api: Api) -> None:
    conversation = await api.conversation()
    message = await api.messages.add_message(
        message=NewMessage(conversation_id=conversation.id, role="user", content="100% 'quoted' \\ \n ☂ :word $1")
    )
    assert message.content == "100% 'quoted' \\ \n ☂ :word $1"
    assert await api.messages.get_last_message(conversation_id=conversation.id) == message


async def test_a_message_in_an_unknown_conversation_is_a_typed_error(api: Api) -> None:
    with pytest.raises(MessagesConversationIdUnknown):
        await api.messages.add_message(message=NewMessage(conversation_id=uuid4(), role="user", content="Hello?"))


async def test_a_batch_with_one_unknown_conversation_adds_nothing(api: Api) -> None:
    conversation = await api.conversation()
    talk = [*_talk(conversation, 3), NewMessage(conversation_id=uuid4(), role="user", content="Hello?")]
    with pytest.raises(MessagesConversationIdUnknown):
        async with api.savepoint():
            await api.messages.add_messages(messages=talk)
    assert await api.messages.list_messages(conversation_id=conversation.id) == []


async def test_copy_takes_any_iterable(api: Api) -> None:
    conversation = await api.conversation()
    assert await api.messages.copy_messages(messages=(each for each in _talk(conversation, 1000))) == 1000
    assert len(await api.messages.list_messages(conversation_id=conversation.id, limit=2000)) == 1000


async def test_copy_of_awkward_texts_keeps_them(api: Api) -> None:
    conversation = await api.conversation()
    texts = ["", "\\N", "\\.", "tab\there", "line\nbreak", '"quoted"', "100%", "☂ é 漢字"]
    await api.messages.copy_messages(
        messages=[NewMessage(conversation_id=conversation.id, role="user", content=text) for text in texts]
    )
    assert [each.content for each in await api.messages.list_messages(conversation_id=conversation.id)] == texts


async def test_a_copy_that_fails_leaves_nothing_behind(api: Api) -> None:
    conversation = await api.conversation()
    talk = [*_talk(conversation, 10), NewMessage(conversation_id=uuid4(), role="user", content="Hello?")]
    with pytest.raises(MessagesConversationIdUnknown):
        async with api.savepoint():
            await api.messages.copy_messages(messages=talk)
    assert await api.messages.list_messages(conversation_id=conversation.id) == []


async def test_messages_are_read_page_by_page_by_time(api: Api) -> None:
    conversation = await api.conversation()
    added = await api.messages.add_messages(messages=_talk(conversation, 5))
    first = await api.messages.list_messages(conversation_id=conversation.id, limit=3)
    rest = await api.messages.list_messages(conversation_id=conversation.id, after=first[-1].created_at, limit=3)
    assert first + rest == added


async def test_words_are_counted_by_role(api: Api) -> None:
    conversation = await api.conversation()
    await api.messages.add_messages(messages=_talk(conversation, 3))
    counts = await api.messages.count_messages_by_role(conversation_id=conversation.id)
    assert [(each.role, each.message_count, each.characters) for each in counts] == [
        ("assistant", 2, 10),
        ("user", 1, 5),
    ]


async def test_an_export_reads_conversation_by_conversation(api: Api) -> None:
    project = await api.project()
    first, second = await api.conversation(project, "First"), await api.conversation(project)
    await api.messages.add_messages(messages=_talk(second, 2))
    await api.messages.add_messages(messages=_talk(first, 2))
    exported = await api.messages.export_messages(project_id=project.id)
    assert [(each.conversation_id, each.title, each.content) for each in exported] == [
        (first.id, "First", "No. 0"),
        (first.id, "First", "No. 1"),
        (second.id, None, "No. 0"),
        (second.id, None, "No. 1"),
    ]
    cursor = api.package.messages.export_messages_cursor(api.connection, project_id=project.id)
    assert await api.rows_of(cursor) == exported


async def test_imported_conversations_and_messages_keep_keys_and_times(api: Api) -> None:
    project = await api.project()
    at = datetime(2024, 2, 29, 12, tzinfo=UTC)
    conversation = ConversationImport(id=uuid4(), project_id=project.id, created_at=at)
    assert await api.conversations.import_conversations(conversations=[conversation]) == 1
    messages = [
        MessageImport(
            id=uuid4(), conversation_id=conversation.id, role="user", content=str(n), created_at=at + timedelta(hours=n)
        )
        for n in range(3)
    ]
    assert await api.messages.import_messages(messages=messages) == 3
    whole = await api.conversations.get_conversation_with_messages(id=conversation.id)
    assert [(each.id, each.created_at) for each in whole.messages] == [(each.id, each.created_at) for each in messages]
