//! The lines of `jingbao-gateway pack …`; the work is the library's.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Subcommand;
use jingbao_gateway::{
    desk::{
        Exit,
        pack::{self, CheckArgs, SignArgs},
    },
    texts::Lang,
};

/// What a clerk does with a rule pack.
#[derive(Subcommand)]
pub(crate) enum PackCommand {
    /// Is this a whole pack, and signed by this key?
    Check {
        /// A pack or a signed pack
        file: PathBuf,
        /// The association's public key: base64url, or a file with that or a PEM
        #[arg(long)]
        key: Option<String>,
        /// One JSON object instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// Sign a pack with the association's key
    Sign {
        /// The pack
        file: PathBuf,
        /// File with the private key, PKCS#8 PEM
        #[arg(long)]
        key: PathBuf,
        /// The signed pack; never overwritten
        #[arg(long)]
        out: PathBuf,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// Print the JSON Schema of a pack
    Schema,
}

impl PackCommand {
    /// The language a person is told in.
    pub(crate) fn lang(&self) -> Lang {
        match self {
            PackCommand::Check { lang, .. } | PackCommand::Sign { lang, .. } => *lang,
            PackCommand::Schema => Lang::Zh,
        }
    }

    pub(crate) fn run(self, to: &mut dyn Write) -> io::Result<Exit> {
        match self {
            PackCommand::Check { file, key, json, lang } => pack::check(&CheckArgs { file, key, json, lang }, to),
            PackCommand::Sign { file, key, out, lang } => pack::sign(&SignArgs { file, key, out, lang }, to),
            PackCommand::Schema => pack::schema(to),
        }
    }
}
