"""The control API under ``/sandbox``: people, faults and observation, for tests and for the chat page.

``GET  /sandbox/page`` viewer, since, epoch, timeout: what changed for that person (long poll)
``POST /sandbox/users`` id, first_name, last_name, username, language_code, is_admin, note: the user;
    without id and name somebody new
``POST /sandbox/users/ID`` language_code, note: the user
``POST /sandbox/users/ID/start`` parameter: the /start message in the private chat
``POST /sandbox/users/ID/startgroup`` parameter, chat_id: the /start message in the group, which the bot joined
``POST /sandbox/users/ID/open`` link, chat_id: either of these, as the t.me link says
``POST /sandbox/chats`` title, kind (group, supergroup), is_forum, members, id, bot (true): the chat
``GET  /sandbox/chats``: {"chats"}, every one with its members, the bot's standing and where it migrated to
``POST /sandbox/chats/ID/join``, ``/leave`` user_id
``POST /sandbox/chats/ID/bot`` user_id, present: any member adds the bot or puts it out
``POST /sandbox/chats/ID/topics`` name, user_id: {"topic": ID}
``POST /sandbox/chats/ID/messages`` user_id, text, reply_to, topic,
    document or photo {name, mime_type, content_base64}: the message
``POST /sandbox/chats/ID/messages/MESSAGE`` user_id, text: the person's own message, changed
``POST /sandbox/chats/ID/press`` user_id, message_id, data or text, forged (data that no button has), timeout:
    {"query_id", "answer"}, the callback answer waited for if timeout is given
``GET  /sandbox/messages`` after: {"version", "messages"} of every chat, in the order in which they last changed
``GET  /sandbox/chats/ID/messages`` after: {"version", "messages"}
``GET  /sandbox/chats/ID/wait`` after, contains, pattern, from_bot, button, document, min_id, topic, timeout:
    the first message that fits all that is given, or 408
``GET  /sandbox/calls`` method, after, timeout: {"version", "calls"}, waiting for the first if timeout is given
``GET  /sandbox/files/FILE_ID``: the file
``GET  /sandbox/faults``: the faults that are on
``POST /sandbox/faults/KIND``: see ``control/faults.py``; the faults that are on
``POST /sandbox/reset``: begin anew

``version`` counts changes: pass the last one seen as ``after`` and nothing is missed and nothing seen twice.
Times are seconds. Refusals are ``{"error": "..."}`` with status 400; a wait that ends empty is 408.
"""
