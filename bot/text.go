package bot

// Every Indonesian sentence that the bot says stands here. Policy: sopan,
// singkat, tanpa jargon; the verdict first, then the condition, then the
// legal basis; no exclamation marks; each refusal names a next step.
const (
	textStart = "Selamat datang di <b>TanyaNetral</b>.\n\n" +
		"Saya membantu ASN (PNS dan PPPK) memahami aturan netral dalam pemilu dan pilkada. " +
		"Tulis saja pertanyaan Anda dengan bahasa sehari-hari, misalnya:\n" +
		"• <i>kalau cuma like postingan paslon kena sanksi ga?</i>\n" +
		"• <i>istri saya nyalon, boleh saya temani kampanye?</i>\n\n" +
		"Jawaban memuat putusan, alasan, sanksi, dan dasar hukumnya. " +
		"Pertanyaan Anda tidak dikaitkan dengan nama atau akun Anda.\n\n" +
		"Ketik /bantuan untuk melihat yang bisa dilakukan di sini."
	textHelp = "<b>Yang bisa Anda lakukan</b>\n" +
		"• Tulis pertanyaan dalam satu kalimat, seperti bertanya kepada rekan kerja.\n" +
		"• Di bawah jawaban ada tombol <b>Sanksi</b>, <b>Dasar hukum</b>, dan <b>Contoh</b>.\n" +
		"• Bila jawaban kurang pas, tekan <b>Tidak membantu</b>. Bila Anda setuju, pertanyaan itu dicatat " +
		"tanpa nama untuk petugas.\n\n" +
		"/topik menelusuri semua jawaban menurut kelompok\n" +
		"/cek memeriksa perbuatan Anda dalam empat ketukan\n" +
		"/kuis melatih: boleh atau tidak\n" +
		"/sanksi, /dasar, /tahapan memuat sanksi, peraturan, dan tahap pemilihan\n" +
		"/ikrar dan /sosialisasi memuat ikrar dan kegiatan sosialisasi\n" +
		"/kontak dan /hapus: bertanya langsung, dan apa yang tersimpan\n" +
		"/privasi menjelaskan apa yang dicatat dan apa yang tidak\n\n" +
		"Bot ini memberi penjelasan umum dan tidak memutus perkara. Untuk kasus Anda sendiri, hubungi %s."
	textNone = "Maaf, belum ada jawaban yang cukup pasti untuk pertanyaan itu.\n\n" +
		"Pertanyaan Anda sudah dicatat tanpa nama untuk disiapkan jawabannya. " +
		"Anda dapat mencoba kalimat lain yang menyebut perbuatannya, misalnya " +
		"\"boleh hadir kampanye di hari libur?\", atau bertanya kepada %s."
	textNoneUnlogged = "Maaf, belum ada jawaban yang cukup pasti untuk pertanyaan itu.\n\n" +
		"Coba kalimat lain yang menyebut perbuatannya, misalnya \"boleh hadir kampanye di hari libur?\", " +
		"atau tanyakan kepada %s."
	textNoWords = "Saya belum menemukan kata yang bisa dibaca. Tulis pertanyaan Anda dalam satu kalimat, " +
		"misalnya \"boleh ga foto bareng calon?\"."
	textMedia = "Saya baru bisa membaca teks. Tulis pertanyaan Anda dalam satu kalimat, ya."
	textMenu  = "Maksud Anda yang mana? Pilih salah satu, atau tekan <b>Bukan itu</b>."
	textNotIt = "Terima kasih. Pertanyaan Anda sudah dicatat tanpa nama untuk disiapkan jawabannya.\n\n" +
		"Bila mendesak, tanyakan kepada %s."
	textUnknownCommand = "Perintah itu belum saya kenal. Ketik /bantuan untuk melihat yang bisa dilakukan, " +
		"atau tulis saja pertanyaan Anda."
	textStale   = "Tombol ini sudah tidak berlaku. Silakan tulis pertanyaan Anda sekali lagi."
	textTrouble = "Maaf, ada gangguan di pihak kami. Silakan coba lagi beberapa menit lagi."
	textThanks  = "Terima kasih."
	textNoted   = "Dicatat tanpa nama. Terima kasih."
	textAlso    = "Pertanyaan Anda yang lain:"
	textFoot    = "Bukti terbaru %s, ditinjau %s. Penjelasan umum, bukan putusan perkara; kepastian: %s."
	textEnglish = "This bot answers in Indonesian; the rule that fits your question is below."
)

// Labels of buttons.
const (
	labelSanctions = "Sanksi"
	labelBasis     = "Dasar hukum"
	labelWhy       = "Penjelasan"
	labelExamples  = "Contoh"
	labelAlready   = "Sudah terlanjur"
	labelRelated   = "Terkait"
	labelHelped    = "Membantu"
	labelNoHelp    = "Tidak membantu"
	labelNotIt     = "Bukan itu"
	labelBack      = "Kembali ke jawaban"
)
