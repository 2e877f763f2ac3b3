// Emoji by their codes: the ones people use, not all of them. A code that is not here stays as it was written.

const TABLE = `grinning😀 smiley😃 smile😄 grin😁 laughing😆 sweat_smile😅 joy😂 rofl🤣 slightly_smiling_face🙂 upside_down_face🙃 wink😉
blush😊 innocent😇 heart_eyes😍 star-struck🤩 kissing_heart😘 yum😋 stuck_out_tongue😛 zany_face🤪 hugging_face🤗 thinking_face🤔
zipper_mouth_face🤐 neutral_face😐 expressionless😑 smirk😏 unamused😒 face_with_rolling_eyes🙄 grimacing😬 relieved😌 pensive😔 sleeping😴
mask😷 sunglasses😎 nerd_face🤓 confused😕 worried😟 slightly_frowning_face🙁 open_mouth😮 hushed😯 astonished😲 flushed😳 fearful😨
cold_sweat😰 cry😢 sob😭 scream😱 disappointed😞 sweat😓 weary😩 tired_face😫 yawning_face🥱 triumph😤 rage😡 angry😠 skull💀 hankey💩
robot_face🤖 ghost👻 alien👽 see_no_evil🙈 hear_no_evil🙉 speak_no_evil🙊 wave👋 raised_hand✋ ok_hand👌 crossed_fingers🤞
the_horns🤘 call_me_hand🤙 point_left👈 point_right👉 point_up_2👆 point_down👇 point_up☝️ +1👍 thumbsup👍 -1👎 thumbsdown👎 fist✊
facepunch👊 clap👏 raised_hands🙌 open_hands👐 handshake🤝 pray🙏 writing_hand✍️ muscle💪 eyes👀 eye👁️ brain🧠 bust_in_silhouette👤
busts_in_silhouette👥 shrug🤷 man-shrugging🤷 woman-shrugging🤷 facepalm🤦 technologist🧑‍💻 dog🐶 cat🐱 bug🐛 bee🐝 turtle🐢 snail🐌 unicorn_face🦄
seedling🌱 evergreen_tree🌲 four_leaf_clover🍀 sunflower🌻 fire🔥 boom💥 sparkles✨ star⭐ star2🌟 zap⚡ sunny☀️ cloud☁️ rainbow🌈
snowflake❄️ droplet💧 ocean🌊 coffee☕ tea🍵 beer🍺 beers🍻 pizza🍕 cake🍰 birthday🎂 cookie🍪 apple🍎 tada🎉 confetti_ball🎊 gift🎁
balloon🎈 trophy🏆 medal🏅 dart🎯 soccer⚽ game_die🎲 art🎨 musical_note🎵 rocket🚀 airplane✈️ car🚗 truck🚚 ship🚢 ambulance🚑
rotating_light🚨 construction🚧 house🏠 office🏢 factory🏭 hospital🏥 watch⌚ iphone📱 computer💻 keyboard⌨️ desktop_computer🖥️
printer🖨️ floppy_disk💾 camera📷 telephone☎️ phone☎️ telephone_receiver📞 battery🔋 electric_plug🔌 bulb💡 flashlight🔦 wastebasket🗑️
moneybag💰 credit_card💳 gem💎 wrench🔧 hammer🔨 gear⚙️ link🔗 paperclip📎 scissors✂️ lock🔒 unlock🔓 key🔑 shield🛡️ label🏷️
ticket🎫 admission_tickets🎟️ email📧 envelope✉️ incoming_envelope📨 inbox_tray📥 outbox_tray📤 package📦 mailbox📫 pencil📝 memo📝
pencil2✏️ page_facing_up📄 clipboard📋 bar_chart📊 chart_with_upwards_trend📈 chart_with_downwards_trend📉 calendar📅 date📅 spiral_calendar_pad🗓️
card_index📇 pushpin📌 round_pushpin📍 triangular_flag_on_post🚩 file_folder📁 open_file_folder📂 books📚 book📖 bookmark🔖 mag🔍 mag_right🔎 bell🔔 no_bell🔕 mega📣
loudspeaker📢 speech_balloon💬 thought_balloon💭 hourglass⌛ hourglass_flowing_sand⏳ stopwatch⏱️ alarm_clock⏰ clock1🕐 clock3🕒 repeat🔁
arrows_counterclockwise🔄 arrow_right➡️ arrow_left⬅️ arrow_up⬆️ arrow_down⬇️ arrow_forward▶️ leftwards_arrow_with_hook↩️
arrow_right_hook↪️ fast_forward⏩ new🆕 free🆓 up🆙 ok🆗 sos🆘 no_entry⛔ no_entry_sign🚫 x❌ heavy_multiplication_x✖️ white_check_mark✅
heavy_check_mark✔️ ballot_box_with_check☑️ heavy_plus_sign➕ heavy_minus_sign➖ question❓ grey_question❔ exclamation❗ heavy_exclamation_mark❗
grey_exclamation❕ bangbang‼️ warning⚠️ information_source ℹ️ 100💯 zzz💤 anger💢 red_circle🔴 large_orange_circle🟠
large_yellow_circle🟡 large_green_circle🟢 large_blue_circle🔵 large_purple_circle🟣 black_circle⚫ white_circle⚪ large_red_square🟥 large_orange_square🟧 large_yellow_square🟨
large_green_square🟩 large_blue_square🟦 heart❤️ orange_heart🧡 yellow_heart💛 green_heart💚 blue_heart💙 purple_heart💜 black_heart🖤 broken_heart💔
checkered_flag🏁 one1️⃣ two2️⃣ three3️⃣ four4️⃣ five5️⃣`;

const EMOJI = new Map();
for (const [, name, drawing] of TABLE.matchAll(/([a-z0-9_+-]+?) ?((?:\d️⃣|[^\w\s+-])+)/gu)) EMOJI.set(name, drawing);

/** The characters of an emoji code, without its colons; undefined when it is not known here. */
export const emoji = (name) => EMOJI.get(name.split("::")[0]);

/** `text` with every code that is known replaced. */
export const withEmoji = (text) => String(text ?? "").replace(/:([a-z0-9_+'-]+)(?:::skin-tone-\d)?:/g, (code, name) => emoji(name) ?? code);

/** Names and characters whose name contains `query`. */
export const findEmoji = (query) => [...EMOJI].filter(([name]) => name.includes(query.toLowerCase().replaceAll(":", "")));

export const USUAL = ["+1", "eyes", "white_check_mark", "heart", "tada", "joy", "raised_hands", "ticket"];
