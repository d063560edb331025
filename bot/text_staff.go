package bot

// Sentences for the staff; text.go holds the policy.
const (
	textConsole = "Tautan masuk konsol, berlaku satu kali dalam 10 menit:\n%s\n\n" +
		"Tautan ini atas nama Anda; jangan diteruskan."
	textNoConsole  = "Alamat konsol belum diatur di server. Mohon hubungi admin."
	textInviteHow  = "Tulis kode undangan setelah perintahnya, misalnya: /undangan KODE"
	textInviteOver = "Undangan itu tidak berlaku atau sudah dipakai. " +
		"Mintalah undangan baru kepada admin; masa berlakunya 24 jam."
	textInviteStaff = "Anda sudah terdaftar, jadi undangan itu tidak dipakai dan masih berlaku. " +
		"Teruskan kepada yang diundang; peran Anda sendiri diubah oleh admin di konsol."
	textInvited = "Selamat datang, %s. Anda terdaftar sebagai %s.\n\n" +
		"Ketik /konsol untuk mendapat tautan masuk ke konsol."
	textStaffOnly = "Balasan itu hanya untuk kurator dan tidak disimpan."

	textInbox       = "Menunggu jawaban: %d kelompok pertanyaan"
	textDigest      = "Ringkasan hari ini: %d kelompok pertanyaan menunggu jawaban"
	textInboxEmpty  = "Tidak ada pertanyaan yang menunggu jawaban."
	textGroup       = "%d pertanyaan serupa belum terjawab"
	textNear        = "Topik terdekat"
	textWaiting     = "Yang menunggu kabar: %d orang."
	textAssigned    = "Dicatat sebagai cara bertanya untuk %s. Dapat dibatalkan di konsol."
	textIgnored     = "Kelompok pertanyaan itu diabaikan. Dapat dibatalkan di konsol."
	textGroupGone   = "Kelompok pertanyaan itu sudah ditangani."
	textNearChanged = "Topik terdekatnya berubah. Silakan pilih sekali lagi."

	textAnswerAsk = "Balas pesan ini dengan jawaban Anda. " +
		"Jawaban menjadi usulan yang ditinjau di konsol sebelum terbit."
	textAnswerHint   = "Jawaban untuk ditinjau"
	textAnswerKept   = "Terima kasih. Jawaban Anda dicatat sebagai usulan untuk ditinjau di konsol."
	textAnswerEdited = "Usulan yang sudah dicatat tidak berubah. " +
		"Untuk menggantinya, balas sekali lagi pesan tadi."
	textAnswerText = "Jawaban perlu berupa teks biasa. Balas sekali lagi pesan tadi."

	textAlarms = "Pemberitahuan untuk admin"
)

// Labels of their buttons.
const (
	labelAssign  = "Masukkan ke: "
	labelAnswerQ = "Jawab"
	labelIgnore  = "Abaikan"
	labelConsole = "Buka konsol"
	labelInbox   = "Pertanyaan lain"
)
