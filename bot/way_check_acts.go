package bot

// act is something that a person may have done or mean to do.
type act struct {
	code   byte
	label  string // on a button, where two share a row
	phrase string // in texts
	topic  string
	spouse string // topic instead, when husband or wife is the candidate
	family string // topic instead, for other relatives
}

// checkActs are the acts that Bawaslu and the joint decree name most often,
// from social media to membership in a party.
func checkActs() []act {
	const spouse, photo, family = "dampingi-pasangan-calon", "foto-posting-pasangan-calon", "keluarga-calon"
	return []act{
		{'a', "Like, komentar", "Menyukai, mengomentari, membagikan konten",
			"interaksi-medsos-dukungan", "", ""},
		{'b', "Unggah dukungan", "Mengunggah status atau video dukungan",
			"posting-dukungan-medsos", photo, ""},
		{'c', "Ikuti akun", "Mengikuti akun calon atau partai", "follow-akun-calon", "", ""},
		{'d', "Grup pendukung", "Berada di grup pendukung calon", "masuk-grup-pendukung", "", ""},
		{'e', "Teruskan pesan", "Meneruskan pesan dukungan lewat WhatsApp", "pesan-dukungan-grup-wa", "", ""},
		{'f', "Twibbon", "Memasang twibbon atau foto profil calon", "twibbon-foto-profil", "", ""},
		{'g', "Foto bersama", "Berfoto bersama calon", "foto-bersama-calon", photo, ""},
		{'h', "Pose jari", "Berpose jari atau gerakan simbol", "pose-jari-simbol", "", ""},
		{'i', "Atribut, seragam", "Memakai atribut atau seragam saat kampanye",
			"atribut-saat-kampanye", "", ""},
		{'j', "Baliho, stiker", "Memasang baliho, bendera, atau stiker",
			"pasang-apk-rumah-kendaraan", "", ""},
		{'k', "Hadir kampanye", "Hadir kampanye untuk mendengar saja", "hadir-kampanye-pasif", spouse, ""},
		{'l', "Ikut kampanye", "Ikut aktif dalam kampanye", "ikut-kampanye-aktif", spouse, family},
		{'m', "Deklarasi", "Hadir deklarasi atau pendaftaran", "hadir-deklarasi-pendaftaran", spouse, ""},
		{'n', "Acara partai", "Menghadiri acara partai", "hadir-acara-partai", "", ""},
		{'o', "Ajak keluarga", "Mengajak keluarga memilih calon tertentu", "ajak-keluarga-memilih", "", ""},
		{'p', "Ajak warga", "Mengajak warga memilih calon tertentu", "ajak-masyarakat-memilih", "", ""},
		{'q', "Tim sukses", "Menjadi tim sukses, relawan, atau juru kampanye",
			"tim-sukses-relawan", "", family},
		{'r', "Sumbang dana", "Menyumbang dana atau barang untuk calon", "donasi-dana-kampanye", "", ""},
		{'s', "Terima pemberian", "Menerima uang atau barang dari calon", "terima-uang-barang-calon", "", ""},
		{'t', "Rumah jadi posko", "Menyediakan rumah untuk posko calon", "rumah-dipakai-posko", "", ""},
		{'u', "KTP dukungan", "Memberi KTP dukungan calon perseorangan", "dukungan-ktp-perseorangan", "", ""},
		{'v', "Mobil dinas", "Memakai mobil dinas untuk kampanye", "mobil-dinas-kampanye", "", ""},
		{'w', "Arahkan bawahan", "Mengarahkan bawahan mendukung calon", "arahkan-bawahan-memilih", "", ""},
		{'x', "Anggota partai", "Menjadi anggota atau pengurus partai", "anggota-pengurus-partai", "", ""},
	}
}

func actOf(code byte) *act { return coded(checkActs(), func(a act) byte { return a.code }, code) }

// about is the topic that answers for the act and that family.
func (a act) about(k kin) string {
	switch {
	case k.code == '1' && a.spouse != "":
		return a.spouse
	case k.code == '2' && a.family != "":
		return a.family
	}
	return a.topic
}
